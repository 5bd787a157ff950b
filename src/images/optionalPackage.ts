import { PerpixelError } from '../core/errors.js';

/** A package that is used where it is installed, in the version that it was tested in. */
export interface OptionalPackage {
  readonly name: string;
  readonly version: string;
}

/** @param what needs it: `a HEIC photo` */
export function packageMissing(what: string, { name, version }: OptionalPackage, cause?: unknown): PerpixelError {
  return new PerpixelError({
    code: 'E_PROGRAM',
    received: `${what}, without the package ${name}`,
    expected: `${name} ${version}, which is optional`,
    cure: `Install it beside perpixel: npm install ${name}@${version}`,
    cause,
  });
}
