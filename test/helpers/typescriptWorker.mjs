/** For `--import` in a worker thread: lets it run the TypeScript sources, which `--import tsx` does in main threads only. */
import { register } from 'tsx/esm/api';

register();
