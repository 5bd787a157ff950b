import type { FileResult, PictureFile } from '../../pipelines/items.js';
import type { WalkOptions } from '../../pipelines/walkFiles.js';
import type { ShardPhoto } from '../shard.js';

/** The photos of one folder of a store. */
export interface StoreFolder {
  /** Below the store, with slashes. */
  folder: string;
  photos: StorePhoto[];
  /** All photos of the folder, those that are not asked for too: results are named so that none meet. */
  names: readonly string[];
}

/** A photo as a listing has it. */
export interface StorePhoto {
  name: string;
  identity: string;
  modified: Date;
}

/** A result that may be there: of the photo as it is, or of another, or what this one was before. */
export type Before = 'missing' | 'there' | 'another';

/** Where photos are read. */
export interface InputStore {
  /**
   * Its photos, a folder at a time: one listing is in memory. What cannot be read is a failed result.
   *
   * @param options.output where results go, by the name of the place
   */
  folders(options: WalkOptions): AsyncGenerator<StoreFolder | FileResult>;
  /**
   * A photo as a file on this machine.
   *
   * @param temporary a folder for it, where it has to be fetched
   * @throws PerpixelError E_READ it is not there, or not as it was
   */
  file(folder: string, photo: ShardPhoto, temporary: string): Promise<PictureFile>;
  /** What a photo is called in messages. */
  nameOf(folder: string, name: string): string;
}

/** Where results are written, each once. */
export interface OutputStore {
  /** Makes it ready, at the beginning of a run. */
  prepare(): Promise<void>;
  /** @throws PerpixelError E_WRITE it is not there on this machine, or not to be reached */
  require(): Promise<void>;
  /** What is there of a folder, by one listing. */
  results(folder: string): Promise<(name: string, modified: Date) => Promise<Before>>;
  /** Whether a file is there. @param below its path below the store, with slashes */
  has(below: string): Promise<boolean>;
  /** What lies in a folder of it, by name; nothing where there is none. */
  names(below: string): Promise<string[]>;
  /** Fetches a file of it. @throws PerpixelError E_READ */
  get(below: string, file: string): Promise<void>;
  /** Removes a folder of it with the files in it. */
  remove(below: string): Promise<void>;
  /** The folder on this machine that results are written to, each whole or not at all; undefined where they are put elsewhere by `put`. */
  readonly folder?: string;
  /**
   * Puts a file there, unless somebody has.
   *
   * @returns whether it was put
   * @throws PerpixelError E_WRITE
   */
  put(below: string, file: string, modified?: Date): Promise<boolean>;
}
