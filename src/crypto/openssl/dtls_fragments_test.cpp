// Fragments of handshake messages (RFC 6347 §4.2.3) as no peer sends them, in the peer's name.
#include <gtest/gtest.h>
#include <malloc.h>
#include <openssl/crypto.h>

#include <cstdlib>
#include <functional>
#include <initializer_list>

#include "base/random.hpp"
#include "crypto/dtls_session.hpp"

namespace parley::crypto {
namespace {

std::ptrdiff_t openssl_bytes = 0;

void* count_malloc(std::size_t size, const char*, int) {
  void* made = std::malloc(size);
  openssl_bytes += static_cast<std::ptrdiff_t>(malloc_usable_size(made));
  return made;
}
void count_free(void* gone, const char*, int) {
  openssl_bytes -= static_cast<std::ptrdiff_t>(malloc_usable_size(gone));
  std::free(gone);
}
void* count_realloc(void* old, std::size_t size, const char*, int) {
  openssl_bytes -= static_cast<std::ptrdiff_t>(malloc_usable_size(old));
  void* made = std::realloc(old, size);
  openssl_bytes += static_cast<std::ptrdiff_t>(malloc_usable_size(made));
  return made;
}

// OpenSSL takes them only before its first allocation, so before any test.
const bool kCounting = CRYPTO_set_mem_functions(count_malloc, count_realloc, count_free) == 1;

struct Fragment {
  std::uint8_t type = 11;  ///< Certificate
  std::uint32_t message = 400;
  std::uint16_t sequence = 1;
  std::uint32_t offset = 0;
  std::uint32_t length = 50;
  std::size_t bytes = 50;  ///< that follow
};

struct Record {
  std::uint8_t type = 22;  ///< handshake
  std::uint16_t epoch = 0;
};

class DtlsFragments : public testing::Test {
 protected:
  static const Certificate& certificate() {
    static const Certificate kCertificate = Certificate::generate_self_signed({});
    return kCertificate;
  }
  static DtlsOptions options(DtlsRole role) {
    return {.role = role,
            .certificate = certificate(),
            .remote_fingerprint = certificate().sha256_fingerprint()};
  }

  static Bytes record(std::uint64_t number, ByteView body, Record kind = {}) {
    ByteWriter writer;
    writer.u8(kind.type);
    writer.u16(0xFEFD);
    writer.u16(kind.epoch);
    writer.u16(static_cast<std::uint16_t>(number >> 32));
    writer.u32(static_cast<std::uint32_t>(number));
    writer.u16(static_cast<std::uint16_t>(body.size()));
    writer.bytes(body);
    return to_bytes(writer.view());
  }
  static void u24(ByteWriter& writer, std::uint32_t value) {
    writer.u8(static_cast<std::uint8_t>(value >> 16));
    writer.u16(static_cast<std::uint16_t>(value));
  }
  static Bytes header(const Fragment& fragment) {
    ByteWriter writer;
    writer.u8(fragment.type);
    u24(writer, fragment.message);
    writer.u16(fragment.sequence);
    u24(writer, fragment.offset);
    u24(writer, fragment.length);
    return to_bytes(writer.view());
  }
  static Bytes with_noise(const Fragment& fragment) {
    Bytes body = header(fragment);
    body.resize(body.size() + fragment.bytes, 0x41);
    return body;
  }
  /// Under a number that a client does not reach, and that is not so far ahead that its own would
  /// be too old (§4.1.2.6).
  Bytes forged(const Fragment& fragment) {
    return record(40 + forgeries++ % 20, with_noise(fragment));
  }

  void client_speaks() {
    while (const auto datagram = client.poll_transmit()) server.receive(*datagram);
  }
  void server_speaks() {
    while (const auto datagram = server.poll_transmit()) client.receive(*datagram);
  }
  /// `attack` comes before the client's first word and between its flights.
  void shake_hands(const std::function<void()>& attack) {
    attack();
    client.start();
    for (int flight = 0; flight < 3; ++flight) {
      client_speaks();
      attack();
      server_speaks();
    }
  }
  void expect_connected() {
    ASSERT_EQ(server.state(), DtlsSession::State::connected);
    ASSERT_EQ(client.state(), DtlsSession::State::connected);
    EXPECT_EQ(server.local_key(), client.remote_key());
  }

  DtlsSession client{options(DtlsRole::client)};
  DtlsSession server{options(DtlsRole::server)};
  std::uint64_t forgeries = 0;
};

TEST_F(DtlsFragments, ThatMakeNoSenseAreDroppedAndTheHandshakeGoesOn) {
  constexpr auto kLongest = static_cast<std::uint32_t>(kMaxDtlsHandshakeMessage);
  const std::vector<Fragment> absurd = {
      {.message = 0xFFFFFF, .length = 1, .bytes = 1},
      {.message = kLongest + 1},
      {.message = 100, .offset = 90},
      {.message = 0xFFFFFF, .offset = 0xFFFFFF, .length = 0xFFFFFF},
      {.length = 50, .bytes = 49},
      {.length = 0, .bytes = 0},
      {.bytes = 55},  // a piece of a second header
  };
  shake_hands([&] {
    for (const std::uint16_t sequence :
         std::initializer_list<std::uint16_t>{0, 1, 2, 5, 9, 65'535}) {
      for (Fragment fragment : absurd) {
        fragment.sequence = sequence;
        fragment.type = sequence == 0 ? 1 : 11;
        server.receive(forged(fragment));
      }
    }
    server.receive(record(40, {}));
  });
  expect_connected();
}

TEST_F(DtlsFragments, OfMessagesThatNobodyAwaitsOverlapWithoutHarm) {
  shake_hands([&] {
    for (const std::uint16_t sequence : std::initializer_list<std::uint16_t>{6, 7, 500}) {
      for (const std::uint32_t offset : {0u, 20u, 10u, 0u})
        server.receive(forged({.sequence = sequence, .offset = offset}));
      server.receive(forged({.sequence = sequence, .offset = 40, .length = 360, .bytes = 360}));
      server.receive(forged({.message = 500, .sequence = 500}));
    }
  });
  expect_connected();
}

TEST_F(DtlsFragments, OfTheClientHelloMayOverlapComeTwiceAndBackwards) {
  client.start();
  const Bytes datagram = client.poll_transmit().value();
  const ByteView message = ByteView(datagram).subspan(13 + 12);
  const auto size = static_cast<std::uint32_t>(message.size());
  for (std::uint32_t end = size, number = 30; end > 0; end -= std::min(end, 20u)) {
    const std::uint32_t begin = end > 50 ? end - 50 : 0;
    Bytes body = header({.type = 1,
                         .message = size,
                         .sequence = 0,
                         .offset = begin,
                         .length = end - begin,
                         .bytes = 0});
    const ByteView piece = message.subspan(begin, end - begin);
    body.insert(body.end(), piece.begin(), piece.end());
    for (int times = 0; times < 2; ++times) server.receive(record(number++, body));
  }
  for (int flight = 0; flight < 2; ++flight) {
    server_speaks();
    client_speaks();
  }
  server_speaks();
  expect_connected();
}

TEST_F(DtlsFragments, ThatNeverCompleteAndEarlyRecordsTakeBoundedMemory) {
  ASSERT_TRUE(kCounting) << "OpenSSL allocated before this file's variables were made: count there";
  const std::ptrdiff_t before = openssl_bytes;
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const auto sequence = static_cast<std::uint16_t>(i % 100);
    const Fragment one_byte{.type = static_cast<std::uint8_t>(sequence == 0 ? 1 : 11),
                            .message = static_cast<std::uint32_t>(kMaxDtlsHandshakeMessage),
                            .sequence = sequence,
                            .offset = i % 4'000,
                            .length = 1,
                            .bytes = 1};
    server.receive(record(i, with_noise(one_byte)));
  }
  ASSERT_EQ(server.state(), DtlsSession::State::handshaking);
  EXPECT_GT(openssl_bytes - before, 150 << 10) << "the fragments were kept, so that this counts";
  EXPECT_LT(openssl_bytes - before, 300 << 10);
  const Bytes noise(1200, 7);
  for (std::uint64_t i = 0; i < 1'000; ++i)
    server.receive(record(50'000 + i, noise, {.type = 23, .epoch = 1}));
  // OpenSSL 3.0.19 keeps a hundred of them, 3.0.22 does not.
  EXPECT_LT(openssl_bytes - before, 2 << 20);
}

TEST_F(DtlsFragments, InThePeersNameTakeNoPart) {
  int connected = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    SeededRandom random(seed);
    client = DtlsSession(options(DtlsRole::client));
    server = DtlsSession(options(DtlsRole::server));
    shake_hands([&] {
      if (random.u32() % 2 == 0) return;
      const std::uint32_t length = random.u32() % 60;
      server.receive(forged({.type = static_cast<std::uint8_t>(random.u32() % 21),
                             .message = length + random.u32() % 300,
                             .sequence = static_cast<std::uint16_t>(random.u32() % 8),
                             .offset = random.u32() % 100,
                             .length = length,
                             .bytes = length}));
    });
    EXPECT_EQ(server.state() == DtlsSession::State::connected,
              client.state() == DtlsSession::State::connected);
    if (server.state() != DtlsSession::State::connected) continue;
    ++connected;
    EXPECT_EQ(server.local_key(), client.remote_key());
  }
  EXPECT_GT(connected, 100);
  EXPECT_LT(connected, 300);
}

}  // namespace
}  // namespace parley::crypto
