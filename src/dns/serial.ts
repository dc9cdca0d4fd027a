// Serial numbers of zones (RFC 1982): 32 bits that only ever grow, round and round.

/** Whether `a` comes after `b` (§3.2); of two that are 2³¹ apart neither does. */
export function serialAfter(a: number, b: number): boolean {
  const distance = (a - b) >>> 0
  return distance !== 0 && distance < 2 ** 31
}

/** The next one (§3.1). */
export const nextSerial = (serial: number): number => (serial + 1) >>> 0
