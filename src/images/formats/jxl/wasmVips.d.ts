/** What we call of libvips, compiled to WebAssembly. */
declare module 'wasm-vips' {
  export interface Image {
    readonly width: number;
    readonly height: number;
    readonly bands: number;
    readonly format: string;
    getTypeof(field: string): number;
    getBlob(field: string): Uint8Array;
    setBlob(field: string, value: Uint8Array): void;
    copy(options: { interpretation: string }): Image;
    /** Of the kind of its samples. */
    writeToMemory(): Uint8Array | Uint16Array;
    jxlsaveBuffer(options: { lossless?: boolean; Q?: number; keep?: string }): Uint8Array;
  }
  export interface Vips {
    concurrency(threads: number): void;
    readonly Image: {
      jxlloadBuffer(bytes: Uint8Array): Image;
      newFromMemory(
        samples: Uint8Array | Uint16Array,
        width: number,
        height: number,
        bands: number,
        format: string,
      ): Image;
    };
  }
  export default function start(options: {
    dynamicLibraries: readonly string[];
    print?: (line: string) => void;
    printErr?: (line: string) => void;
  }): Promise<Vips>;
}
