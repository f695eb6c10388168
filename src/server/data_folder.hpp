#pragma once

#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/socket_address.hpp"
#include "base/time.hpp"

namespace parley::server {

/// The names that clients use for us; they go into the server's certificate.
struct ServerNames {
  std::vector<std::string> dns{};
  std::vector<IpAddress> addresses{};
};

/// `localhost`, both loopback addresses, and the host of `public_url` when there is one.
ServerNames server_names(const std::string& public_url);

/// The one folder that holds what we must not lose and must not show (mode 0700):
/// `parley.db`, `ca.pem` with `ca.key`, `server.pem` with `server.key`, `admin.token`,
/// `demo-users.json`, `ports.json`, `recordings/`. Keys, token and passwords are 0600.
class DataFolder {
 public:
  /// Makes what is missing. The errors name the file and the system's reason.
  static Result<DataFolder, std::string> open(const std::string& path, Random& random);

  /// The local authority is made once; the certificate anew at each call, because names change and
  /// browsers take 397 days at most.
  Result<void, std::string> make_certificate(const Now& now, const ServerNames& names) const;

  std::string file(const std::string& name) const { return path_ + "/" + name; }
  std::string database() const { return file("parley.db"); }
  std::string recordings() const { return file("recordings"); }
  std::string authority() const { return file("ca.pem"); }
  std::string certificate() const { return file("server.pem"); }
  std::string key() const { return file("server.key"); }
  std::string demo_users() const { return file("demo-users.json"); }
  std::string ports() const { return file("ports.json"); }
  /// 256 random bits as text, kept in `admin.token`.
  const std::string& admin_token() const { return admin_token_; }

 private:
  DataFolder(std::string path, std::string admin_token)
      : path_(std::move(path)), admin_token_(std::move(admin_token)) {}

  std::string path_;
  std::string admin_token_;
};

}  // namespace parley::server
