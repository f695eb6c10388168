#pragma once

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <string>

#include "net/event_loop.hpp"
#include "net/sockaddr.hpp"

namespace parley::net {

/// Runs the loop until `done()` holds; false after 10 s. Looks again every 2 ms, for conditions
/// that no event of the loop announces (a raw socket).
inline bool drive(EventLoop& loop, const std::function<bool()>& done) {
  const Instant deadline = loop.now() + std::chrono::seconds(10);
  while (loop.now().monotonic < deadline)
    if (loop.run_until(done, std::chrono::milliseconds(2))) return true;
  return done();
}

/// A bare TCP peer that says exactly the bytes it is told to.
class RawPeer {
 public:
  RawPeer(EventLoop& loop, const SocketAddress& server) : loop_(loop) {
    fd_ = socket(server.ip.family == IpFamily::v4 ? AF_INET : AF_INET6, SOCK_STREAM, 0);
    NativeAddress to = to_native(server);
    EXPECT_EQ(connect(fd_, to.get(), to.size), 0);
  }
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;
  ~RawPeer() { hang_up(); }

  void say(std::string_view text) {
    EXPECT_EQ(send(fd_, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT),
              ssize_t(text.size()));
  }
  void finish() { shutdown(fd_, SHUT_WR); }
  void hang_up() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }
  bool hear(std::string_view text) {
    return drive(loop_, [&] { return poll(), heard.find(text) != std::string::npos; });
  }
  bool hear_end() {
    return drive(loop_, [&] { return poll(), ended; });
  }
  void poll() {
    char buffer[65536];
    while (!ended) {
      const ssize_t got = recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT);
      if (got > 0) heard.append(buffer, std::size_t(got));
      if (got == 0 || (got < 0 && errno != EAGAIN)) ended = true;
      if (got <= 0) return;
    }
  }

  std::string heard;
  bool ended = false;

 private:
  EventLoop& loop_;
  int fd_ = -1;
};

/// A certificate authority made for one test, with the PEM files of what it issues.
class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name) : name_(name), key_(EVP_EC_gen("P-256")) {
    certificate_ = make(name, key_, "critical,CA:TRUE", NID_basic_constraints);
    sign();
    file_ = save_certificate(certificate_);
  }
  ~TestAuthority() {
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }

  const std::string& file() const { return file_; }

  struct Issued {
    std::string certificate;
    std::string key;
  };
  /// `alt_names` as OpenSSL writes them: `DNS:localhost,IP:127.0.0.1`. It is good for an hour from
  /// so many seconds from now.
  Issued issue(const std::string& alt_names, long from = 0, const std::string& subject = "leaf") {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* leaf = make(subject, key, alt_names.c_str(), NID_subject_alt_name);
    if (from != 0) {
      X509_gmtime_adj(X509_getm_notBefore(leaf), from);
      X509_gmtime_adj(X509_getm_notAfter(leaf), from + 3600);
    }
    X509_sign(leaf, key_, EVP_sha256());
    Issued issued{save_certificate(leaf), fresh_name()};
    FILE* file = std::fopen(issued.key.c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    X509_free(leaf);
    EVP_PKEY_free(key);
    return issued;
  }

 private:
  X509* make(const std::string& subject, EVP_PKEY* key, const char* value, int extension) {
    static std::atomic<long> serial{1};
    X509* made = X509_new();
    X509_set_version(made, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made), serial++);
    X509_gmtime_adj(X509_getm_notBefore(made), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made), 3600);
    X509_set_pubkey(made, key);
    set_name(X509_get_subject_name(made), subject);
    set_name(X509_get_issuer_name(made), name_);
    X509_EXTENSION* added = X509V3_EXT_conf_nid(nullptr, nullptr, extension, value);
    X509_add_ext(made, added, -1);
    X509_EXTENSION_free(added);
    return made;
  }
  void sign() { X509_sign(certificate_, key_, EVP_sha256()); }
  static void set_name(X509_NAME* name, const std::string& text) {
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1, 0);
  }
  static std::string fresh_name() {
    static std::atomic<int> next{0};
    return ::testing::TempDir() + "parley_net_" + std::to_string(getpid()) + "_" +
           std::to_string(next++) + ".pem";
  }
  static std::string save_certificate(X509* certificate) {
    const std::string name = fresh_name();
    FILE* file = std::fopen(name.c_str(), "w");
    PEM_write_X509(file, certificate);
    std::fclose(file);
    return name;
  }

  std::string name_;
  EVP_PKEY* key_;
  X509* certificate_ = nullptr;
  std::string file_;
};

}  // namespace parley::net
