/// `npm run bench`: installs what it measures against, then measures.
import { ensureInstalled } from './install.ts';

ensureInstalled();
await import('./main.ts');
