// What every server in a run serves, and to whom: one zone, 20 regions, 1,000 static and 1,000 steered names.

export const ZONE = 'example.com'

/** id, latitude, longitude, in the order of their addresses. */
const PLACES = [
  ['virginia', 38.9, -77],
  ['california', 37.4, -122],
  ['oregon', 45.5, -122.7],
  ['toronto', 43.7, -79.4],
  ['sao-paulo', -23.5, -46.6],
  ['london', 51.5, -0.1],
  ['dublin', 53.3, -6.2],
  ['frankfurt', 50.1, 8.7],
  ['paris', 48.9, 2.35],
  ['stockholm', 59.3, 18],
  ['singapore', 1.35, 103.8],
  ['tokyo', 35.7, 139.7],
  ['osaka', 34.7, 135.5],
  ['seoul', 37.6, 127],
  ['mumbai', 19, 72.8],
  ['sydney', -33.9, 151.2],
  ['dubai', 25, 55],
  ['cape-town', -33.9, 18.4],
  ['hong-kong', 22.3, 114.2],
  ['bahrain', 26, 50.5],
]

/** None of them has a check: all are up, for every server alike. */
export const REGIONS = PLACES.map(([id, latitude, longitude], i) => ({
  id,
  latitude,
  longitude,
  address: `198.51.100.${i + 1}`,
}))

/** How many names of each kind a zone has: s0, s1, … are static, h0, h1, … are steered. */
export const BASE = { statics: 1000, steered: 1000 }

export const TTL = 60

/** The address of the i-th static name. */
export const staticAddress = i => `192.${i >>> 16}.${(i >>> 8) & 255}.${i & 255}`

/** A master file (RFC 1035 §5.1). `steeredLine` makes the line of a steered name; without one they are left out. */
export function zoneFile({ statics, steered }, steeredLine) {
  const lines = [
    `$ORIGIN ${ZONE}.`,
    `$TTL ${TTL}`,
    `@ SOA ns1.${ZONE}. hostmaster.${ZONE}. 1 7200 900 1209600 60`,
    `@ NS ns1.${ZONE}.`,
    'ns1 A 127.0.0.1',
  ]
  for (let i = 0; i < statics; i++) lines.push(`s${i} A ${staticAddress(i)}`)
  if (steeredLine !== undefined) for (let i = 0; i < steered; i++) lines.push(steeredLine(`h${i}`))
  return `${lines.join('\n')}\n`
}

const radians = degrees => (degrees * Math.PI) / 180

/** The region that is nearest to a place on the sphere. */
export function nearestRegion(latitude, longitude) {
  const closeness = region =>
    Math.sin(radians(latitude)) * Math.sin(radians(region.latitude)) +
    Math.cos(radians(latitude)) * Math.cos(radians(region.latitude)) * Math.cos(radians(longitude - region.longitude))
  return REGIONS.reduce((best, region) => (closeness(region) > closeness(best) ? region : best))
}
