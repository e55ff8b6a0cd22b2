// npm run build: everything that is released.
import { buildRelease } from './release.mjs';
import { install, summary } from './steps.mjs';

install();
buildRelease();
summary();
