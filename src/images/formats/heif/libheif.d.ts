/** What we call of libheif's C interface, as emscripten exports it: structures are returned through a first argument. */
declare module 'libheif-js/wasm-bundle.js' {
  export interface LibHeif {
    readonly HEAPU8: Uint8Array;
    readonly HEAPU16: Uint16Array;
    readonly HEAPU32: Uint32Array;
    _malloc(bytes: number): number;
    _heif_context_alloc(): number;
    _heif_context_get_security_limits(context: number): number;
    _heif_context_read_from_memory_without_copy(error: number, ...args: number[]): void;
    _heif_context_get_primary_image_handle(error: number, ...args: number[]): void;
    _heif_image_handle_get_luma_bits_per_pixel(handle: number): number;
    _heif_image_handle_has_alpha_channel(handle: number): number;
    _heif_image_handle_get_preferred_decoding_colorspace(error: number, ...args: number[]): void;
    _heif_decoding_options_alloc(): number;
    _heif_image_get_decoding_warnings(image: number, first: number, warnings: number, most: number): number;
    _heif_decode_image(error: number, ...args: number[]): void;
    _heif_image_get_plane_readonly(image: number, channel: number, stride: number): number;
    _heif_image_get_bits_per_pixel_range(image: number, channel: number): number;
    _heif_image_get_width(image: number, channel: number): number;
    _heif_image_get_height(image: number, channel: number): number;
  }
  const heif: LibHeif;
  export default heif;
}
