// `npm start`: installs and builds what is out of date, then runs the demo until it is told to stop.
import { join } from 'node:path'
import { ROOT, run, setup, stopCode } from './setup.mjs'

const failure = (await setup()) || stopCode
process.exitCode = failure || (await run(process.execPath, [join(ROOT, 'dist', 'main.js'), 'demo']))
