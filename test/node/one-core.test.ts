import { spawnSync } from 'node:child_process'
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
