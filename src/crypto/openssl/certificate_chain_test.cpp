#include <gtest/gtest.h>

#include "crypto/certificate.hpp"
#include "crypto/openssl/handles.hpp"

namespace parley::crypto {
namespace {

using StoreHandle = std::unique_ptr<X509_STORE, FreeWith<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, FreeWith<X509_STORE_CTX_free>>;

constexpr std::int64_t kMade = 1'790'000'000;

struct Question {
  std::int64_t at = kMade;
  const char* host = "calls.example.com";
};

/// What a TLS client asks when it trusts the authority alone.
bool client_trusts(const PemPair& ca, const PemPair& server, Question question) {
  const StoreHandle store(X509_STORE_new());
  X509_STORE_add_cert(store.get(), x509_from_pem(ca.certificate).get());
  const X509Handle leaf = x509_from_pem(server.certificate);
  const StoreContext context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), nullptr);
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(parameters, question.at);
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT);
  X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
  X509_VERIFY_PARAM_set1_host(parameters, question.host, 0);
  return X509_verify_cert(context.get()) == 1;
}

TEST(ServerCertificate, IsTrustedThroughItsAuthorityForItsNamesAndDates) {
  const Now now{.monotonic = {}, .utc = UtcTime(std::chrono::seconds(kMade))};
  const PemPair ca = make_ca({.now = now});
  const auto server = make_server_certificate(ca, {.now = now, .dns_names = {"calls.example.com"}});
  ASSERT_TRUE(server);
  constexpr std::int64_t kDay = 86'400;
  EXPECT_TRUE(client_trusts(ca, *server, {}));
  EXPECT_TRUE(client_trusts(ca, *server, {.at = kMade + 396 * kDay}));
  EXPECT_FALSE(client_trusts(ca, *server, {.at = kMade + 398 * kDay}));
  EXPECT_FALSE(client_trusts(ca, *server, {.at = kMade - 2 * kDay}));
  EXPECT_FALSE(client_trusts(ca, *server, {.host = "example.com"}));
  EXPECT_FALSE(client_trusts(make_ca({.now = now}), *server, {}));
}

}  // namespace
}  // namespace parley::crypto
