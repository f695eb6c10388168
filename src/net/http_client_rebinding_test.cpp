// A name whose owner gives another address at each look-up.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include <map>
#include <mutex>

#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "net/net_test_support.hpp"

namespace {

/// What the name server of this test says, and how often it was asked. Threads ask.
struct FakeDns {
  std::mutex mutex;
  std::map<std::string, std::vector<std::string>> answers;  ///< of a name, one for each look-up
  std::map<std::string, std::size_t> asked;
};
FakeDns& dns() {
  static FakeDns made;
  return made;
}

std::string address_of(const char* name) {
  if (!name) return {};
  const std::lock_guard lock(dns().mutex);
  const auto found = dns().answers.find(name);
  if (found == dns().answers.end()) return {};
  const std::size_t turn = dns().asked[name]++;
  return found->second[std::min(turn, found->second.size() - 1)];
}

}  // namespace

/// Takes the C library's place for the names of this test.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  using Real = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const Real real = reinterpret_cast<Real>(dlsym(RTLD_NEXT, "getaddrinfo"));
  const std::string told = address_of(name);
  return real(told.empty() ? name : told.c_str(), service, hints, found);
}

namespace parley::net {
namespace {

using Outcome = Result<HttpClientResponse, ClientFailure>;

/// 127.0.0.1 stands for a public address, 127.0.0.2 for one inside; the same port answers at both.
class RebindingTest : public ::testing::Test {
 protected:
  RebindingTest() {
    outside_.emplace(listen("127.0.0.1:0"));
    inside_.emplace(listen("127.0.0.2:" + std::to_string(outside_->local().port)));
    HttpClientOptions options;
    options.connect.guard = [this](const IpAddress& address) {
      checked_.push_back(address.text());
      return address.text() == "127.0.0.1";
    };
    client_.emplace(loop_, options);
  }
  ~RebindingTest() override {
    const std::lock_guard lock(dns().mutex);
    dns().answers.clear();
    dns().asked.clear();
  }

  HttpServer listen(const std::string& address) {
    return *HttpServer::listen(loop_, *SocketAddress::parse(address), nullptr, {},
                               [](HttpRequest&&, const Responder& responder) {
                                 responder.respond({200, {{"Connection", "close"}}, ""});
                               });
  }
  static void say(const std::string& name, std::vector<std::string> answers) {
    const std::lock_guard lock(dns().mutex);
    dns().answers[name] = std::move(answers);
  }
  static std::size_t look_ups(const std::string& name) {
    const std::lock_guard lock(dns().mutex);
    return dns().asked[name];
  }

  Outcome ask(const std::string& name) {
    HttpClientRequest request;
    request.url = "http://" + name + ":" + std::to_string(outside_->local().port) + "/";
    std::optional<Outcome> outcome;
    client_->request(request, [&](Outcome given) { outcome.emplace(std::move(given)); });
    EXPECT_TRUE(drive(loop_, [&] { return outcome.has_value(); }));
    return std::move(*outcome);
  }
  bool was_inside() const { return inside_->counters().all().contains("http_connections_total"); }

  EventLoop loop_;
  std::optional<HttpServer> outside_;
  std::optional<HttpServer> inside_;
  std::optional<HttpClient> client_;
  std::vector<std::string> checked_;
};

TEST_F(RebindingTest, TheConnectionGoesToTheAddressThatWasChecked) {
  say("flip.test", {"127.0.0.1", "127.0.0.2"});
  EXPECT_EQ(ask("flip.test")->status, 200);
  EXPECT_EQ(look_ups("flip.test"), 1u) << "a second look-up could give another address";
  EXPECT_EQ(checked_, std::vector<std::string>{"127.0.0.1"});
  EXPECT_FALSE(was_inside());
}

TEST_F(RebindingTest, EachConnectionIsCheckedAnew) {
  say("flip.test", {"127.0.0.1", "127.0.0.2", "127.0.0.1"});
  EXPECT_EQ(ask("flip.test")->status, 200);
  const Outcome refused = ask("flip.test");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().error, ClientError::address_refused);
  EXPECT_EQ(ask("flip.test")->status, 200);
  EXPECT_EQ(checked_, (std::vector<std::string>{"127.0.0.1", "127.0.0.2", "127.0.0.1"}));
  EXPECT_FALSE(was_inside());
}

TEST_F(RebindingTest, ANameThatAlwaysLeadsInsideIsRefused) {
  say("inside.test", {"127.0.0.2"});
  say("mapped.test", {"::ffff:127.0.0.2"});
  for (const char* name : {"inside.test", "mapped.test"})
    EXPECT_EQ(ask(name).error().error, ClientError::address_refused) << name;
  EXPECT_FALSE(was_inside());
}

}  // namespace
}  // namespace parley::net
