import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Ffmpeg } from './ffmpeg.js';
import { ffmpegAddress } from './ffmpegAddress.js';

/** What HDR10 says of light, as x265 takes it. */
export interface HdrMetadata {
  /**
   * The screen that the video was made on: primaries and white point in 0.00002, most and least light in 0.0001 cd/m²:
   * `G(8500,39850)B(6550,2300)R(35400,14600)WP(15635,16450)L(10000000,50)`.
   */
  masteringDisplay?: string;
  /** The most light of a pixel, and of a frame on average, in cd/m²: `1000,400`. */
  contentLight?: string;
}

/** What ffprobe calls them. */
export const MASTERING = 'Mastering display metadata';
export const CONTENT_LIGHT = 'Content light level metadata';

type SideData = Record<string, string | number | undefined>;

/** Looks into the first frame: the container may not say it, and the coded stream does. */
export async function hdrOf(file: string, { ffprobe }: Pick<Ffmpeg, 'ffprobe'>): Promise<HdrMetadata> {
  const asked = ['-select_streams', 'V:0', '-read_intervals', '%+#1', '-show_frames', '-show_streams'];
  const { stdout } = await promisify(execFile)(
    ffprobe,
    ['-v', 'error', ...asked, '-of', 'json', '-i', ffmpegAddress(file)],
    { maxBuffer: 64e6 },
  ).catch(() => ({ stdout: '{}' })); // It is damaged: told of when it is decoded.
  const { frames = [], streams = [] } = JSON.parse(stdout) as Record<string, { side_data_list?: SideData[] }[]>;
  const all = [...frames, ...streams].flatMap(({ side_data_list = [] }) => side_data_list);
  const mastering = all.find(({ side_data_type, red_x }) => side_data_type === MASTERING && red_x !== undefined);
  const light = all.find(({ side_data_type }) => side_data_type === CONTENT_LIGHT);
  return {
    ...(mastering && { masteringDisplay: masteringDisplay(mastering) }),
    ...(light && { contentLight: `${light.max_content},${light.max_average}` }),
  };
}

function masteringDisplay(data: SideData): string {
  const scaled = (name: string, scale: number) => {
    const [num, den = 1] = String(data[name] ?? 0)
      .split('/')
      .map(Number);
    return Math.round((num / den) * scale);
  };
  const point = (name: string) => `(${scaled(`${name}_x`, 50_000)},${scaled(`${name}_y`, 50_000)})`;
  const light = `(${scaled('max_luminance', 10_000)},${scaled('min_luminance', 10_000)})`;
  return `G${point('green')}B${point('blue')}R${point('red')}WP${point('white_point')}L${light}`;
}
