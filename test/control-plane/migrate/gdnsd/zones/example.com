@	SOA ns1 dns-admin.example.com. ( 7 7200 30M 3D 900 )
@	NS	ns1
@	NS	ns2.example.net.
ns1	A	192.0.2.53
@	300/30	DYNA	multifo!farm	; the zone itself
@	MX	10 mail
$TTL 600
farm	60/20	DYNA	multifo!farm
both	DYNA	multifo!both
lenient	DYNA	multifo!lenient
pair	300	DYNA	simplefo!pair
	TXT	"two of them"
shares	DYNA	weighted!shares
racks	DYNA	weighted!racks
cdn	DYNC	weighted!cdn
tiers	DYNA	metafo!tiers
second	DYNA	metafo!tiers/two
lastly	DYNA	metafo!lastly
app	120	DYNA	geoip!app
app-eu	DYNA	geoip!app/eu
near	DYNA	geoip!near
mixed	DYNA	geoip!mixed
drained	DYNA	geoip!drained
zeros	DYNA	null
fixed	DYNA	static!fixed
elsewhere	DYNC	static!elsewhere
mirror	10	DYNA	reflect!best
mail	A	192.0.2.25
$ORIGIN sub.@Z
deep	A	192.0.2.26
www	CNAME	near.example.com.
