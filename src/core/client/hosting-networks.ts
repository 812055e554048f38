/**
 * Networks that rent machines, by autonomous system number.
 *
 * Owns a short dated list and one question about it. Must not know what a hosting network is
 * charged: a listed network gets lower ceilings and no free allowance, never a refusal.
 *
 * Date: 2026-11. Names are those of the RIR registries (aut-num and ASHandle objects: RIPE NCC,
 * ARIN, APNIC), set down by hand; a network that also sells access to households (Aruba, GMO,
 * Cogent) is left out, and so are Cloudflare, Akamai and Fastly, through which WARP and Private
 * Relay carry people. The names are comments: in the bundle they would be a hundredth of it.
 */

/** Numbers of the autonomous systems. */
export const HOSTING_ASNS: ReadonlySet<number> = new Set([
  // Large clouds.
  16509, // AMAZON-02
  14618, // AMAZON-AES
  396982, // GOOGLE-CLOUD-PLATFORM
  15169, // GOOGLE
  8075, // MICROSOFT-CORP-MSN-AS-BLOCK
  31898, // ORACLE-BMC-31898
  36351, // SOFTLAYER
  45102, // ALIBABA-CN-NET
  37963, // ALIBABA-CN-NET
  132203, // TENCENT-NET-AP-CN
  45090, // TENCENT-NET-AP
  136907, // HWCLOUDS-AS-AP
  55990, // HWCSNET
  200350, // YandexCloud
  // Servers by the hour or month, Europe and worldwide.
  14061, // DIGITALOCEAN-ASN
  63949, // AKAMAI-LINODE-AP
  20473, // AS-VULTR
  24940, // HETZNER-AS
  213230, // HETZNER-CLOUD2-AS
  212317, // HETZNER-CLOUD3-AS
  16276, // OVH
  12876, // AS12876
  51167, // CONTABO
  40021, // CONTABO-40021
  141995, // CAPL-AS-AP
  60781, // LEASEWEB-NL-AMS-01
  28753, // LEASEWEB-DE-FRA-10
  30633, // LEASEWEB-USA-WDC
  7203, // LEASEWEB-USA-SFO
  27411, // LEASEWEB-USA-CHI
  394380, // LEASEWEB-USA-DAL
  395954, // LEASEWEB-USA-LAX
  396190, // LEASEWEB-USA-SEA
  396362, // LEASEWEB-USA-NYC
  59253, // LEASEWEB-APAC-SIN-11
  8560, // IONOS-AS
  47583, // AS-HOSTINGER
  202053, // UPCLOUD
  197540, // NETCUP-AS
  6724, // STRATO
  20773, // HOSTEUROPE-AS
  61157, // PLUSSERVER-ASN1
  24961, // MYLOC-AS
  44066, // DE-FIRSTCOLO
  31103, // KEYWEB-AS
  29066, // VELIANET-AS
  49981, // WORLDSTREAM
  43350, // NFORCE
  20857, // TRANSIP-AS
  62370, // SNEL
  49544, // I3DNET
  62240, // CLOUVIDER
  20860, // IOMART-AS
  25369, // BANDWIDTH-AS
  13213, // UK2NET-AS
  57043, // HOSTKEY-AS
  49505, // SELECTEL
  9123, // TIMEWEB-AS
  210644, // AEZA-AS
  197695, // AS-REG
  198610, // BEGET-AS
  9370, // SAKURA-B
  40509, // FLY
  // Servers by the hour or month, the Americas and Hong Kong.
  36352, // AS-COLOCROSSING
  53667, // PONYNET
  8100, // ASN-QUADRANET-GLOBAL
  40676, // AS40676
  29802, // HVC-AS
  32097, // WII
  33387, // NOCIX
  46475, // LIMESTONENETWORKS
  46844, // SHARKTECH
  53755, // IOFLOOD
  32475, // SINGLEHOP-LLC
  32244, // LIQUIDWEB
  33070, // RMH-14
  27357, // RACKSPACE
  54825, // PACKET
  54290, // HOSTWINDS
  55293, // A2HOSTING
  3842, // RAMNODE
  63473, // HOSTHATCH
  25820, // IT7NET
  26496, // AS-26496-GO-DADDY-COM-LLC
  46606, // UNIFIEDLAYER-AS-1
  26347, // DREAMHOST-AS
  22612, // NAMECHEAP-NET
  7979, // SERVERS-COM
  21859, // ZEN-ECN
  18779, // EGIHOSTING
  55286, // SERVER-MANIA
  62904, // EONIX-COMMUNICATIONS-ASBLOCK-62904
  40065, // CNSERVERS
  152194, // CTGSERVERLIMITED-AS-AP
  // Carriers of VPNs and proxies.
  9009, // M247
  60068, // CDN77
  212238, // CDNEXT
  11878, // TZULO
  39351, // ESAB-AS
  46562, // PERFORMIVE
  3223, // VOXILITY
  203020, // HOSTROYALE
  51852, // PLI-AS
]);

/** Whether `asn` is on the list; an ASN that is not listed is unknown, not proven residential. */
export function isHostingNetwork(asn: number): boolean {
  return HOSTING_ASNS.has(asn);
}
