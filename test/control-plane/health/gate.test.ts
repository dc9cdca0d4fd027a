import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Gate } from '../../../src/control-plane/health/gate.js'

/** Enters probes by name; what has begun so far, in order. */
function scene(inAll: number, perAddress: number) {
  const gate = new Gate({ inAll, perAddress })
  const begun: string[] = []
  const enter = (address: string, name = address): (() => void) => gate.enter(address, () => begun.push(name))
  return { gate, begun, enter }
}

test('as many begin at once as may, and the next when one leaves, first come first served', () => {
  const { gate, begun, enter } = scene(2, 2)
  for (const address of ['a', 'b', 'c', 'd']) enter(address)
  expect(begun).toEqual(['a', 'b'])
  expect([gate.running, gate.waiting]).toEqual([2, 2])
  gate.leave('b')
  expect(begun).toEqual(['a', 'b', 'c'])
  gate.leave('a')
  expect(begun).toEqual(['a', 'b', 'c', 'd'])
})

test('an address that has its fill keeps nobody else waiting', () => {
  const { gate, begun, enter } = scene(10, 1)
  enter('a', 'a1')
  enter('a', 'a2')
  enter('b')
  expect(begun).toEqual(['a1', 'b'])
  gate.leave('a')
  expect(begun).toEqual(['a1', 'b', 'a2'])
})

test('who gives up while waiting is not begun, and is not in the way', () => {
  const { gate, begun, enter } = scene(1, 1)
  enter('a', 'a1')
  const giveUp = enter('a', 'a2')
  enter('a', 'a3')
  giveUp()
  gate.leave('a')
  expect(begun).toEqual(['a1', 'a3'])
  expect(gate.waiting).toBe(0)
})

test('who is in a hurry goes before those who are not, at its address and in all', () => {
  const { gate, begun } = scene(2, 1)
  const enter = (address: string, name: string, hurried: boolean): void =>
    void gate.enter(address, () => begun.push(name), hurried)
  enter('a', 'a1', false)
  enter('b', 'b1', false)
  enter('a', 'a2', false)
  enter('a', 'a3', true)
  enter('c', 'c1', false)
  enter('d', 'd1', true)
  gate.leave('b')
  gate.leave('a')
  gate.leave('d')
  gate.leave('a')
  expect(begun).toEqual(['a1', 'b1', 'd1', 'a3', 'c1', 'a2'])
})

test('the limits hold, everybody has a turn, and nothing is left over, whatever the order', () => {
  const addresses = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 60 })
  fc.assert(
    fc.property(
      addresses,
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 3 }),
      fc.nat(),
      (all, inAll, per, seed) => {
        const gate = new Gate({ inAll, perAddress: per })
        const running: string[] = []
        let done = 0
        const check = (): void => {
          expect(running.length).toBeLessThanOrEqual(inAll)
          for (const address of 'abc') expect(running.filter(one => one === address).length).toBeLessThanOrEqual(per)
        }
        for (const [i, address] of all.entries())
          gate.enter(
            address,
            () => {
              running.push(address)
              check()
            },
            (i + seed) % 3 === 0,
          )
        for (let turn = seed; running.length > 0; turn = (turn * 31 + 7) % 1009) {
          const [address = ''] = running.splice(turn % running.length, 1)
          done++
          gate.leave(address)
        }
        expect(done).toBe(all.length)
        expect([gate.running, gate.waiting]).toEqual([0, 0])
      },
    ),
  )
})
