// Frames to a program that listens at a Unix socket, by the handshake of Frame Streams; while it is not there, they are lost.
import { connect, type Socket } from 'node:net'
import { controlFrame, dataFrame, readControl } from '../dns/frame-stream.js'

/** ms from one attempt to the next. */
const AGAIN_MS = 1000
/** Bytes that may wait for a slow reader. */
const MOST_WAITING = 8 << 20
/** The other side has so long to say that it has everything, ms. */
const FINISH_MS = 2000

type State = 'away' | 'waits-for-accept' | 'open' | 'closed'

export class TapSocket {
  written = 0
  lost = 0
  private readonly path: string
  private readonly contentType: string
  /** What came of trying to reach the other side, when it changes. */
  private readonly onState: (sentence: string, good: boolean) => void
  private state: State = 'away'
  private socket: Socket | undefined
  private timer: NodeJS.Timeout | undefined
  private good: boolean | undefined
  /** Frames of this moment, which leave together: a system call for each would cost more than the frame. */
  private frames: Uint8Array[] = []
  private waiting = 0

  constructor(path: string, contentType: string, onState: (sentence: string, good: boolean) => void) {
    this.path = path
    this.contentType = contentType
    this.onState = onState
    this.reach()
  }

  write(payload: Uint8Array): void {
    const { socket, state, waiting } = this
    if (state !== 'open' || socket === undefined || socket.writableLength + waiting > MOST_WAITING) {
      this.lost++
      return
    }
    const frame = dataFrame(payload)
    this.frames.push(frame)
    this.waiting += frame.length
    this.written++
    if (this.frames.length === 1) queueMicrotask(() => this.flush())
  }

  private flush(): void {
    const { frames } = this
    this.frames = []
    this.waiting = 0
    if (frames.length > 0) this.socket?.write(Buffer.concat(frames))
  }

  /** Says that this was all, and resolves when the other side has said that it has it, or takes too long. */
  close(): Promise<void> {
    clearTimeout(this.timer)
    this.flush()
    const { socket, state } = this
    this.state = 'closed'
    if (socket === undefined) return Promise.resolve()
    return new Promise(resolve => {
      const force = setTimeout(() => socket.destroy(), FINISH_MS)
      socket.once('close', () => {
        clearTimeout(force)
        resolve()
      })
      if (state === 'open') socket.write(controlFrame('stop'))
      else socket.destroy()
    })
  }

  private reach(): void {
    const socket = connect({ path: this.path })
    this.socket = socket
    let heard = Buffer.alloc(0)
    let why = 'it has gone'
    socket.once('connect', () => {
      this.state = 'waits-for-accept'
      socket.write(controlFrame('ready', this.contentType))
    })
    socket.on('data', chunk => {
      heard = Buffer.concat([heard, chunk])
      const read = readControl(heard)
      if (read.kind === 'incomplete') return
      if (read.kind === 'malformed') {
        why = 'it does not speak Frame Streams'
        return void socket.destroy()
      }
      heard = heard.subarray(read.length)
      if (read.control === 'finish') return void socket.end()
      if (read.control !== 'accept') return
      // Who accepts without a word on what takes anything.
      if (read.contentTypes.length > 0 && !read.contentTypes.includes(this.contentType)) {
        why = `it does not take ${this.contentType}`
        return void socket.destroy()
      }
      socket.write(controlFrame('start', this.contentType))
      this.state = 'open'
      this.tell(`${this.path} takes dnstap`, true)
    })
    socket.on('error', error => {
      why = error.message
    })
    socket.once('close', () => {
      this.socket = undefined
      if (this.state === 'closed') return
      this.state = 'away'
      this.tell(`${this.path} takes no dnstap (${why}); it is tried again each second`, false)
      this.timer = setTimeout(() => this.reach(), AGAIN_MS).unref()
    })
  }

  private tell(sentence: string, good: boolean): void {
    if (good === this.good) return
    this.good = good
    this.onState(sentence, good)
  }
}
