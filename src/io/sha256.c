/* SHA-256 (FIPS 180-4), piece by piece. libsodium's plain C is the meaning; where the processor has the instructions, blocks go
 * through them instead (about six times as fast), and a test compares the two. */
#include <sodium.h>

#include "io/io_priv.h"

enum { BLOCK = 64 };

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#include <stdatomic.h>

static const uint32_t k256[BLOCK] __attribute__((aligned(16))) = {
  0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5, 0xD807AA98, 0x12835B01,
  0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174, 0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC,
  0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA, 0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147,
  0x06CA6351, 0x14292967, 0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
  0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070, 0x19A4C116, 0x1E376C08,
  0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3, 0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208,
  0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2,
};

/* The instructions hold the eight words as ABEF and CDGH and do two rounds at a time; w[] are the words of the message by four. */
__attribute__((target("sha,sse4.1"))) static void blocks(uint32_t *state, const unsigned char *p, size_t n) {
  const __m128i turn = _mm_set_epi64x(0x0C0D0E0F08090A0B, 0x0405060700010203);
  __m128i dcba = _mm_shuffle_epi32(_mm_loadu_si128((const void *)state), 0xB1);
  __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128((const void *)(state + 4)), 0x1B);
  __m128i abef = _mm_alignr_epi8(dcba, hgfe, 8), cdgh = _mm_blend_epi16(hgfe, dcba, 0xF0);
  for (; n; n--, p += BLOCK) {
    const __m128i abef0 = abef, cdgh0 = cdgh;
    __m128i w[16];
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
      if (i < 4) {
        w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const void *)(p + 16 * i)), turn);
      } else {
        const __m128i far = _mm_add_epi32(_mm_sha256msg1_epu32(w[i - 4], w[i - 3]), _mm_alignr_epi8(w[i - 1], w[i - 2], 4));
        w[i] = _mm_sha256msg2_epu32(far, w[i - 1]);
      }
      const __m128i wk = _mm_add_epi32(w[i], _mm_load_si128((const void *)(k256 + 4 * i)));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, wk);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(wk, 0x0E));
    }
    abef = _mm_add_epi32(abef, abef0);
    cdgh = _mm_add_epi32(cdgh, cdgh0);
  }
  const __m128i feba = _mm_shuffle_epi32(abef, 0x1B), dchg = _mm_shuffle_epi32(cdgh, 0xB1);
  _mm_storeu_si128((void *)state, _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_storeu_si128((void *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

/* Asked once: in a virtual machine the question costs as much as hashing a kilobyte. */
static bool has_instructions(void) {
  static _Atomic int known; /* 0: not asked yet; 1: no; 2: yes */
  int has = atomic_load_explicit(&known, memory_order_relaxed);
  if (has == 0) {
    unsigned a, b, c, d;
    has = __builtin_cpu_supports("sse4.1") && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & 1u << 29) ? 2 : 1;
    atomic_store_explicit(&known, has, memory_order_relaxed);
  }
  return has == 2;
}
#else
static void blocks(uint32_t *state, const unsigned char *p, size_t n) {
  (void)state, (void)p, (void)n;
}

static bool has_instructions(void) {
  return false;
}
#endif

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof((th_sha256 *)0)->plain, "libsodium's state has its place");

void th_io__sha256_begin(th_sha256 *s, bool plain) {
  *s = (th_sha256){ .fast = !plain && has_instructions(),
                    .state = { 0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB,
                               0x5BE0CD19 } };
  if (!s->fast) crypto_hash_sha256_init((void *)s->plain);
}

void th_sha256_begin(th_sha256 *s) {
  th_io__sha256_begin(s, false);
}

static void add_fast(th_sha256 *s, const unsigned char *p, size_t n) {
  const size_t held = s->n % BLOCK;
  s->n += n;
  if (held) {
    const size_t more = n < BLOCK - held ? n : BLOCK - held;
    memcpy(s->held + held, p, more);
    if (held + more < BLOCK) return;
    blocks(s->state, s->held, 1);
    p += more;
    n -= more;
  }
  blocks(s->state, p, n / BLOCK);
  memcpy(s->held, p + n / BLOCK * BLOCK, n % BLOCK);
}

void th_sha256_add(th_sha256 *s, th_str bytes) {
  if (!bytes.n) return;
  if (s->fast)
    add_fast(s, (const unsigned char *)bytes.p, bytes.n);
  else
    crypto_hash_sha256_update((void *)s->plain, (const unsigned char *)bytes.p, bytes.n);
}

/* A one, zeros up to 8 bytes before the end of a block, the number of bits. */
static void end_fast(th_sha256 *s, unsigned char *digest) {
  const uint64_t bits = s->n * 8;
  unsigned char tail[2 * BLOCK] = { 0 };
  const size_t held = s->n % BLOCK, whole = held < BLOCK - 8 ? BLOCK : 2 * BLOCK;
  memcpy(tail, s->held, held);
  tail[held] = 0x80;
  for (int i = 0; i < 8; i++) tail[whole - 1 - (size_t)i] = (unsigned char)(bits >> 8 * i);
  blocks(s->state, tail, whole / BLOCK);
  for (int i = 0; i < 32; i++) digest[i] = (unsigned char)(s->state[i / 4] >> (24 - i % 4 * 8));
}

char *th_sha256_end(th_sha256 *s, char out[TH_SHA256_HEX]) {
  unsigned char digest[crypto_hash_sha256_BYTES];
  if (s->fast)
    end_fast(s, digest);
  else
    crypto_hash_sha256_final((void *)s->plain, digest);
  for (size_t i = 0; i < sizeof digest; i++) {
    out[2 * i] = "0123456789abcdef"[digest[i] >> 4];
    out[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
  }
  out[2 * sizeof digest] = '\0';
  return out;
}

char *th_sha256_hex(th_str bytes, char out[TH_SHA256_HEX]) {
  th_sha256 s;
  th_sha256_begin(&s);
  th_sha256_add(&s, bytes);
  return th_sha256_end(&s, out);
}
