import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Control, controlFrame, dataFrame, readControl } from '../../src/dns/frame-stream.js'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

test('a frame of data has its length in front', () => {
  expect(hex(dataFrame(Uint8Array.of(1, 2, 3)))).toBe('00000003010203')
})

test('a control frame begins with a length of zero', () => {
  expect(hex(controlFrame('stop'))).toBe('000000000000000400000003')
  expect(hex(controlFrame('start', 'ab'))).toBe('000000000000000e0000000200000001000000026162')
})

describe('control frames of the other side', () => {
  test.each<[Control, string | undefined]>([
    ['accept', 'protobuf:dnstap.Dnstap'],
    ['accept', undefined],
    ['ready', 'x'],
    ['finish', undefined],
  ])('%s with %s is read as it was written', (control, contentType) => {
    const frame = controlFrame(control, contentType)
    const contentTypes = contentType === undefined ? [] : [contentType]
    expect(readControl(frame)).toEqual({ kind: 'control', control, contentTypes, length: frame.length })
    expect(readControl(Buffer.concat([frame, frame]))).toMatchObject({ kind: 'control', length: frame.length })
    for (let cut = 0; cut < frame.length; cut++) expect(readControl(frame.subarray(0, cut)).kind).toBe('incomplete')
  })

  test.each([
    ['data where control was to come', '000000050000000400000003'],
    ['a control that there is not', '000000000000000400000009'],
    ['a length beyond all sense', '00000000ffffffff00000001'],
    ['no room for what it is', '000000000000000000000001'],
    ['a field beyond the end', '000000000000000c000000010000000100000005'],
    ['half a field', '00000000000000080000000100000001'],
  ])('%s is malformed', (_, bytes) => {
    expect(readControl(Buffer.from(bytes, 'hex')).kind).toBe('malformed')
  })

  test('no bytes make it throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), bytes => void readControl(bytes)))
  })
})
