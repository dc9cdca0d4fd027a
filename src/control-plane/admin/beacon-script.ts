// The script that pages include to measure regions from their visitors' browsers: no cookies, no identifiers, nothing stored.

/** Regions that one visitor measures at a time: pages should not notice it. */
export const MOST_MEASURED = 4

/**
 * What `/beacon.js` is. It waits until the page is there, asks each region three times over one connection, the first time
 * to open it, and posts the shorter of the two times that are left.
 * @param targets by region, what is fetched
 */
export const beaconScript = (targets: Readonly<Record<string, string>>): string => `"use strict";
// Measures how far this browser is from a few servers and posts the milliseconds. No cookies, nothing stored.
(() => {
  const targets = ${JSON.stringify(targets).replaceAll('<', '\\u003c')}
  const post = new URL("beacon", document.currentScript.src)
  if (navigator.connection?.saveData) return
  const ask = async url => {
    const start = performance.now()
    await fetch(url, { mode: "no-cors", cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" })
    return performance.now() - start
  }
  const measure = async () => {
    const samples = []
    const some = Object.keys(targets).sort(() => Math.random() - 0.5).slice(0, ${MOST_MEASURED})
    for (const region of some) {
      try {
        await ask(targets[region])
        const rttMs = Math.min(await ask(targets[region]), await ask(targets[region]))
        samples.push({ region, rttMs: Math.round(rttMs * 10) / 10 })
      } catch {} // what cannot be reached is not measured
    }
    if (samples.length > 0)
      await fetch(post, { method: "POST", body: JSON.stringify({ samples }), credentials: "omit", referrerPolicy: "no-referrer", keepalive: true }).catch(() => {})
  }
  const later = () => setTimeout(measure, 1000)
  if (document.readyState === "complete") later()
  else addEventListener("load", later, { once: true })
})()
`
