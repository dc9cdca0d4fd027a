import { spawnSync } from 'node:child_process'
import { getPriority } from 'node:os'
import { expect, test } from 'vitest'

/** How often a process with so many cores was told to compile a function that is run for a while, and V8's word for it. */
function compiled(cores: number): number {
  const script = `
    const { spareOneCore } = await import('${new URL('../../dist/node/one-core.js', import.meta.url).href}')
    spareOneCore(${cores})
    let sum = 0
    function hot(i) { sum += i % 7 }
    for (let i = 0; i < 20_000; i++) hot(i)
    console.log(sum)`
  const { stdout, status } = spawnSync(
    process.execPath,
    ['--trace-opt', '--no-use-osr', '--input-type=module', '-e', script],
    { encoding: 'utf8' },
  )
  expect(status).toBe(0)
  return stdout.split('\n').filter(line => line.includes('compiling method') && line.includes('hot')).length
}

test('what is hot is compiled, on one core as on several', () => {
  expect(compiled(2)).toBeGreaterThan(0)
  expect(compiled(1)).toBeGreaterThan(0)
})

/** The nice value of each of its threads, the first one first, in a process with so many cores. */
function niceValues(cores: number): readonly number[] {
  const script = `
    import { readdirSync, readFileSync } from 'node:fs'
    const { spareOneCore } = await import('${new URL('../../dist/node/one-core.js', import.meta.url).href}')
    spareOneCore(${cores})
    const threads = readdirSync('/proc/self/task').map(Number).sort((a, b) => a - b)
    const niceOf = thread => Number(readFileSync('/proc/self/task/' + thread + '/stat', 'utf8').split(') ')[1].split(' ')[16])
    console.log(JSON.stringify(threads.map(niceOf)))`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  return JSON.parse(stdout) as number[]
}

test.runIf(process.platform === 'linux')(
  'on one core those that compile and collect go behind, and nobody else',
  () => {
    const usual = getPriority()
    const [main, ...others] = niceValues(1)
    expect(main).toBe(usual)
    expect(others.slice(0, 5)).toEqual(Array(5).fill(Math.min(usual + 5, 19)))
    expect(new Set(others.slice(5))).toEqual(new Set([usual]))
    expect(new Set(niceValues(2))).toEqual(new Set([usual]))
  },
)
