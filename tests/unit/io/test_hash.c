#include <sodium.h>

#include "io/io_priv.h"
#include "test.h"

/* FIPS 180-4 examples (NIST, SHA256.pdf) and the empty message. */
TEST(sha256_gives_the_published_digests) {
  char hex[TH_SHA256_HEX];
  CHECK_STR(th_str_of(th_sha256_hex(TH_S("abc"), hex)), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK_STR(th_str_of(th_sha256_hex(TH_S("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), hex)),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK_STR(th_str_of(th_sha256_hex(TH_STR_NONE, hex)), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/* FIPS 180-4: one million letters a. All lengths around the ends of blocks against libsodium. */
TEST(sha256_is_that_of_another_program_at_every_length) {
  char hex[TH_SHA256_HEX], *many = malloc(1000000);
  memset(many, 'a', 1000000);
  CHECK_STR(th_str_of(th_sha256_hex(th_str_n(many, 1000000), hex)),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  for (size_t i = 0; i < 600; i++) many[i] = (char)(i * i >> 3);
  for (size_t n = 0; n < 600; n++) {
    char other[TH_SHA256_HEX];
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, (const unsigned char *)many, n);
    sodium_bin2hex(other, sizeof other, digest, sizeof digest);
    CHECK_STR(th_str_of(th_sha256_hex(th_str_n(many, n), hex)), other);
  }
  free(many);
}

/* In pieces of every size, by either way, around the ends of blocks. */
TEST(sha256_of_pieces) {
  char bytes[400], hex[TH_SHA256_HEX], whole[TH_SHA256_HEX];
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)(i * i * 7 + i);
  for (size_t n = 0; n <= sizeof bytes; n += n < 140 ? 1 : 13)
    for (size_t step = 1; step <= n + 1; step += step < 70 ? 3 : 50)
      for (int plain = 0; plain < 2; plain++) {
        th_sha256 s;
        th_io__sha256_begin(&s, plain);
        for (size_t at = 0; at < n; at += step) th_sha256_add(&s, th_str_sub(th_str_n(bytes, n), at, at + step));
        CHECK_STR(th_str_of(th_sha256_end(&s, hex)), th_sha256_hex(th_str_n(bytes, n), whole));
      }
}

/* RFC 3720, B.4, and the usual check value of the catalogues. */
TEST(crc32c_gives_the_published_values) {
  char b[32] = { 0 };
  CHECK_INT(th_crc32c(0, TH_S("123456789")), 0xE3069283);
  CHECK_INT(th_crc32c(0, th_str_n(b, 32)), 0x8A9136AA);
  memset(b, 0xFF, 32);
  CHECK_INT(th_crc32c(0, th_str_n(b, 32)), 0x62A8AB43);
  for (int i = 0; i < 32; i++) b[i] = (char)i;
  CHECK_INT(th_crc32c(0, th_str_n(b, 32)), 0x46DD794E);
  for (int i = 0; i < 32; i++) b[i] = (char)(31 - i);
  CHECK_INT(th_crc32c(0, th_str_n(b, 32)), 0x113FDB5C);
  CHECK_INT(th_crc32c(0, TH_STR_NONE), 0);
  CHECK_INT(th_crc32c(th_crc32c(0, TH_S("1234")), TH_S("56789")), 0xE3069283);
}

TEST_MAIN(RUN(sha256_gives_the_published_digests), RUN(sha256_is_that_of_another_program_at_every_length),
          RUN(sha256_of_pieces), RUN(crc32c_gives_the_published_values))
