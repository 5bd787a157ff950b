import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readLog } from '../runLog.js';
import { type Report, reportPage } from './reportPage.js';

/** Writes `report.html` into a run's folder, whole or not at all. */
export async function writeReport(run: string, report: Omit<Report, 'log'>): Promise<void> {
  const file = path.join(run, 'report.html');
  await writeFile(`${file}.partial`, await reportPage({ ...report, log: await readLog(run) }));
  await rename(`${file}.partial`, file);
}
