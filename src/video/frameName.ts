/** What belongs to one frame, such as a mask in a folder of masks, is found by this name: `000012.png` for the one with index 12. */
export function frameName(index: number): string {
  return `${String(index).padStart(6, '0')}.png`;
}
