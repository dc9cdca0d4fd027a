// Signals that come while a node is only just starting: they must not end it, and what they ask for is done when it can be.

const ASKING = ['SIGHUP', 'SIGUSR2'] as const

const come = new Set<NodeJS.Signals>()
const keep = (signal: NodeJS.Signals): void => void come.add(signal)

/** From now on they are remembered. */
export function keepSignals(): void {
  for (const signal of ASKING) process.on(signal, keep)
}

/** To be called when somebody listens to them: those that came come again, and no more are remembered. */
export function passSignals(): void {
  for (const signal of ASKING) process.off(signal, keep)
  for (const signal of come) process.emit(signal, signal)
  come.clear()
}
