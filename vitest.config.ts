import { readdirSync, readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What counts sockets or garbage of the whole process, or sets it up, and so needs one of its own. */
const APART = ['control-plane/health/**', 'data-plane/allocation*', 'validated/**'].map(name => `test/${name}.test.ts`)
/** So does what counts timers: those of a test before it may be among them. */
const COUNTING = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .map(name => `test/${name}`)
  .filter(path => path.endsWith('.test.ts') && readFileSync(path, 'utf8').includes('getTimerCount'))
const ALONE = [...APART, ...COUNTING]

/** What takes longest comes first, so that no process has it left when the others are done. */
const LONG = [
  'data-plane/allocation.test.ts',
  'docs.test.ts',
  'end-to-end/fleet.test.ts',
  'end-to-end/certificates.test.ts',
  'end-to-end/drills.test.ts',
  'end-to-end/dashboard-views.test.ts',
  'end-to-end/fleet-votes.test.ts',
  'data-plane/rollover-validators.test.ts',
  'end-to-end/dnsviz.test.ts',
  'end-to-end/fleet-keys.test.ts',
  'end-to-end/storm.test.ts',
]
const placeOf = ({ moduleId }: TestSpecification): number => {
  const place = LONG.findIndex(name => moduleId.endsWith(`/test/${name}`))
  return place === -1 ? LONG.length : place
}

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    // Projects are not mixed: a process serves one, and is started anew for the next.
    return ['apart', 'shared'].flatMap(name =>
      sorted.filter(({ project }) => project.name === name).sort((a, b) => placeOf(a) - placeOf(b)),
    )
  }
}

export default defineConfig({
  test: {
    // What ends a test that hangs, however busy the machine is; a test that needs longer by its nature says so.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    pool: 'forks',
    maxWorkers: 3,
    sequence: { sequencer: LongFirst },
    projects: [
      {
        extends: true,
        // Files follow each other in one process: every file anew would load, and warm, the whole program again.
        test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: ALONE, isolate: false },
      },
      { extends: true, test: { name: 'apart', include: ALONE, isolate: true } },
    ],
  },
})
