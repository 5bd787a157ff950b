/** What we call of LibRaw as libraw-wasm has it for its worker. */
declare module 'libraw-wasm/dist/libraw.js' {
  export interface Facts {
    readonly width: number;
    readonly height: number;
    readonly colors: number;
    /** The pattern of the mosaic: 0 none, 9 of Fuji's six by six, else two by two (or eight). */
    readonly filters: number;
    readonly flip: number;
    readonly camera_make: string;
    readonly camera_model: string;
    readonly iso_speed: number;
    readonly shutter: number;
    readonly aperture: number;
    readonly focal_len: number;
    readonly timestamp: number;
    readonly color_data: {
      readonly black: number;
      readonly maximum: number;
      readonly cam_mul: number[];
      readonly pre_mul: number[];
      readonly rgb_cam: number[][];
      readonly UniqueCameraModel: string;
    };
  }
  export interface LibRaw {
    open(bytes: Uint8Array, settings: object): void;
    metadata(full: boolean): Facts;
    imageData(): { height: number; width: number; data: Uint16Array };
    rawImageData():
      | {
          raw_width: number;
          top_margin: number;
          left_margin: number;
          height: number;
          width: number;
          data: Uint16Array;
        }
      | undefined;
  }
  export interface Options {
    instantiateWasm(imports: WebAssembly.Parts, done: (instance: object, module: object) => void): object;
  }
  export default function load(options: Options): Promise<{ LibRaw: new () => LibRaw }>;
}

/** Of Node, whose types leave it to those of browsers. */
declare namespace WebAssembly {
  /** What a module takes or gives, by module and name. */
  type Parts = Record<string, Record<string, unknown>>;
  class Memory {
    readonly buffer: ArrayBuffer;
  }
  function instantiate(
    bytes: Uint8Array,
    imports: Parts,
  ): Promise<{ instance: { exports: Record<string, unknown> }; module: object }>;
}
