// What a region gives to answers of one type.
import { type Endpoint, endpoints, type Gives } from '../health/endpoints.js'
import type { Region } from '../traffic/document/region.js'

export const givenOf = (region: Region, gives: Gives): readonly Endpoint[] =>
  endpoints(region).filter(one => one.gives === gives)
