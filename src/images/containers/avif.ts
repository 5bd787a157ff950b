import sharp from 'sharp';
import type { Container, ContainerMetadata } from './container.js';

export const avif: Container = {
  async read(file) {
    const bytes = await file.read(0, file.size);
    const { exif, icc, xmp, chromaSubsampling } = await sharp(bytes, {
      limitInputPixels: false,
      unlimited: true,
    }).metadata();
    const metadata: ContainerMetadata = { exif, icc, xmp };
    if (chromaSubsampling) metadata.chromaSubsampling = chromaSubsampling === '4:2:0' ? '4:2:0' : '4:4:4';
    return metadata;
  },
  async edits() {
    return [];
  },
};
