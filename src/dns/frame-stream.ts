// Frame Streams, in which dnstap is carried (the protocol of the fstrm library, https://farsightsec.github.io/fstrm/): frames of
// data with their length in front, and between them frames of control, which begin with a length of zero.
//
//   into a file       START, data …, STOP
//   over a socket     READY ►, ◄ ACCEPT, START ►, data … ►, STOP ►, ◄ FINISH

const CONTROL = { accept: 1, start: 2, stop: 3, ready: 4, finish: 5 } as const
export type Control = keyof typeof CONTROL

const CONTENT_TYPE = 1
/** A control frame is never longer (fstrm's FSTRM_CONTROL_FRAME_LENGTH_MAX). */
const MOST = 512

export function dataFrame(payload: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(4 + payload.length)
  frame.writeUInt32BE(payload.length)
  frame.set(payload, 4)
  return frame
}

/** A control frame; STOP and FINISH have no content type. */
export function controlFrame(control: Control, contentType?: string): Uint8Array {
  const type = Buffer.from(contentType ?? '')
  const field = contentType === undefined ? 0 : 8 + type.length
  const frame = Buffer.alloc(12 + field)
  frame.writeUInt32BE(4 + field, 4)
  frame.writeUInt32BE(CONTROL[control], 8)
  if (contentType === undefined) return frame
  frame.writeUInt32BE(CONTENT_TYPE, 12)
  frame.writeUInt32BE(type.length, 16)
  frame.set(type, 20)
  return frame
}

export type ControlRead =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'malformed' }
  | {
      readonly kind: 'control'
      readonly control: Control
      readonly contentTypes: readonly string[]
      /** Of the frame, bytes. */
      readonly length: number
    }

/** The control frame that bytes begin with. */
export function readControl(bytes: Uint8Array): ControlRead {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (buffer.length < 12) return { kind: 'incomplete' }
  const size = buffer.readUInt32BE(4)
  if (buffer.readUInt32BE(0) !== 0 || size < 4 || size > MOST) return { kind: 'malformed' }
  const length = 8 + size
  if (buffer.length < length) return { kind: 'incomplete' }
  const control = (Object.keys(CONTROL) as Control[]).find(name => CONTROL[name] === buffer.readUInt32BE(8)) // its own keys
  if (control === undefined) return { kind: 'malformed' }
  const contentTypes: string[] = []
  for (let at = 12; at < length; ) {
    if (at + 8 > length) return { kind: 'malformed' }
    const fieldLength = buffer.readUInt32BE(at + 4)
    if (at + 8 + fieldLength > length) return { kind: 'malformed' }
    if (buffer.readUInt32BE(at) === CONTENT_TYPE)
      contentTypes.push(buffer.toString('latin1', at + 8, at + 8 + fieldLength))
    at += 8 + fieldLength
  }
  return { kind: 'control', control, contentTypes, length }
}
