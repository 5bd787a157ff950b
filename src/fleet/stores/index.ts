import type { Place } from '../place.js';
import { folderInput, folderOutput } from './folderStore.js';
import { s3Input, s3Output } from './s3Store.js';
import type { InputStore, OutputStore } from './store.js';

/** @param roots what links in a folder may lead to; undefined: anywhere */
export function inputStore(place: Place, roots?: readonly Place[]): InputStore {
  return place.kind === 's3' ? s3Input(place) : folderInput(place.folder, roots);
}

export function outputStore(place: Place): OutputStore {
  return place.kind === 's3' ? s3Output(place) : folderOutput(place.folder);
}
