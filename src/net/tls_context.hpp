#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/result.hpp"

namespace boost::asio::ssl {
class context;
}

namespace parley::net {

/// TLS 1.2 and 1.3 with forward-secret AEAD suites only, no compression, no renegotiation by the
/// client. Thread-safe: any loop may take the context while another thread reloads it.
class ServerTls {
 public:
  using Context = boost::asio::ssl::context;

  /// PEM files: the certificate with its chain, leaf first, and its private key. The error names
  /// the file.
  static Result<std::shared_ptr<ServerTls>, std::string> load(const std::string& certificate_file,
                                                              const std::string& key_file);
  /// Reads the same files again, for connections made from now on. On an error the old certificate
  /// stays.
  Result<void, std::string> reload();
  std::shared_ptr<Context> context() const;

 private:
  ServerTls(std::string certificate_file, std::string key_file)
      : certificate_file_(std::move(certificate_file)), key_file_(std::move(key_file)) {}

  std::string certificate_file_;
  std::string key_file_;
  mutable std::mutex mutex_;
  std::shared_ptr<Context> context_;
};

/// Verifies the peer's chain against the system's authorities and, when given, those of one PEM
/// file.
class ClientTls {
 public:
  using Context = boost::asio::ssl::context;

  /// `extra_authorities`: a PEM file, or empty. The error names the file.
  static Result<std::shared_ptr<ClientTls>, std::string> load(const std::string& extra_authorities);
  const std::shared_ptr<Context>& context() const { return context_; }

 private:
  explicit ClientTls(std::shared_ptr<Context> context) : context_(std::move(context)) {}

  std::shared_ptr<Context> context_;
};

}  // namespace parley::net
