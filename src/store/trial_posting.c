/* Postings as bytes: a list of differences while that is short, bits when it grows. Ordinals only ever grow, so adding to either
 * is adding at its end. */
#include "store/trial_index.h"

/* Bits that are set in both, by the processor's own instruction where it has one. */
static uint32_t meet_words(const uint8_t *words, const uint64_t *bits) {
  uint32_t c = 0;
  for (size_t i = 0; i < CHUNK_WORDS; i++) {
    uint64_t word;
    memcpy(&word, words + i * 8, 8);
    c += (uint32_t)__builtin_popcountll(word & bits[i]);
  }
  return c;
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) static uint32_t meet_words_popcnt(const uint8_t *words, const uint64_t *bits) {
  uint32_t c = 0;
  for (size_t i = 0; i < CHUNK_WORDS; i++) {
    uint64_t word;
    memcpy(&word, words + i * 8, 8);
    c += (uint32_t)__builtin_popcountll(word & bits[i]);
  }
  return c;
}
#endif

static uint32_t meeting(const uint8_t *words, const uint64_t *bits) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("popcnt")) return meet_words_popcnt(words, bits);
#endif
  return meet_words(words, bits);
}

/* One 7-bit group a byte, the highest bit saying that more follow. */
static bool next_of_list(const uint8_t *body, size_t n, size_t *at, int32_t *value) {
  uint32_t d = 0;
  for (unsigned shift = 0; *at < n && shift < 21; shift += 7) {
    const uint8_t b = body[(*at)++];
    d |= (uint32_t)(b & 0x7F) << shift;
    if (b & 0x80) continue;
    if (d > CHUNK_ORDINALS || *value + (int64_t)d + 1 >= (int64_t)CHUNK_ORDINALS) return false;
    *value += (int32_t)d + 1;
    return true;
  }
  return false;
}

static void to_bits(uint8_t *body, size_t *n) {
  uint64_t bits[CHUNK_WORDS] = { 0 };
  th_store__post_or(body, *n, bits);
  body[0] = POST_BITS;
  memcpy(body + 1, bits, sizeof bits);
  *n = POST_BYTES_MAX;
}

void th_store__post_append(uint8_t *body, size_t *n, int32_t *last, uint16_t low) {
  if (*n == 0) body[0] = POST_LIST, *n = 1, *last = -1;
  if ((int32_t)low <= *last) return; /* held */
  if (body[0] == POST_LIST && *n + 3 > POST_BYTES_MAX) to_bits(body, n);
  if (body[0] == POST_LIST) {
    uint32_t d = (uint32_t)((int32_t)low - *last - 1);
    while (d >= 0x80) body[(*n)++] = (uint8_t)(d | 0x80), d >>= 7;
    body[(*n)++] = (uint8_t)d;
  } else {
    uint64_t word;
    memcpy(&word, body + 1 + low / 64 * 8, 8);
    word |= UINT64_C(1) << low % 64;
    memcpy(body + 1 + low / 64 * 8, &word, 8);
  }
  *last = low;
}

bool th_store__post_last(const uint8_t *body, size_t n, int32_t *last) {
  *last = -1;
  if (n == 0) return true;
  if (body[0] == POST_BITS) {
    if (n != POST_BYTES_MAX) return false;
    for (int32_t i = CHUNK_WORDS - 1; i >= 0; i--) {
      uint64_t word;
      memcpy(&word, body + 1 + i * 8, 8);
      if (word) return *last = i * 64 + 63 - __builtin_clzll(word), true;
    }
    return true;
  }
  size_t at = 1;
  while (at < n)
    if (!next_of_list(body, n, &at, last)) return false;
  return body[0] == POST_LIST;
}

bool th_store__post_or(const uint8_t *body, size_t n, uint64_t *bits) {
  if (n == 0) return true;
  if (body[0] == POST_BITS) {
    if (n != POST_BYTES_MAX) return false;
    for (size_t i = 0; i < CHUNK_WORDS; i++) {
      uint64_t word;
      memcpy(&word, body + 1 + i * 8, 8);
      bits[i] |= word;
    }
    return true;
  }
  int32_t v = -1;
  for (size_t at = 1; at < n;) {
    if (!next_of_list(body, n, &at, &v)) return false;
    bits[v / 64] |= UINT64_C(1) << v % 64;
  }
  return body[0] == POST_LIST;
}

bool th_store__post_count(const uint8_t *body, size_t n, const uint64_t *bits, uint32_t *count) {
  uint32_t c = 0;
  int32_t v = -1;
  *count = 0;
  if (n == 0) return true;
  if (body[0] == POST_BITS) {
    if (n != POST_BYTES_MAX) return false;
    *count = meeting(body + 1, bits);
    return true;
  }
  for (size_t at = 1; at < n;) {
    if (!next_of_list(body, n, &at, &v)) return false;
    c += bits[v / 64] >> v % 64 & 1;
  }
  *count = c;
  return body[0] == POST_LIST;
}
