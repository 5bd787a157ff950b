import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../../core/files/writeWhole.js';
import { readLog } from '../runLog.js';
import { type Report, reportPage } from './reportPage.js';

/** Writes `report.html` into a run's folder, whole or not at all. */
export async function writeReport(run: string, report: Omit<Report, 'log'>): Promise<void> {
  const page = await reportPage({ ...report, log: await readLog(run) });
  await writeWhole(path.join(run, 'report.html'), (temporary) => writeFile(temporary, page));
}
