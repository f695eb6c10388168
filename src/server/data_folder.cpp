#include "server/data_folder.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "crypto/certificate.hpp"
#include "identity/secrets.hpp"
#include "net/url.hpp"
#include "server/file_io.hpp"

namespace parley::server {
namespace {

constexpr unsigned kFolderMode = 0700;

Result<std::string, std::string> keep_admin_token(const std::string& path, Random& random) {
  const std::string file = read_file(path).value_or("");
  const std::string_view kept = trim_whitespace(file);
  if (!kept.empty()) return std::string(kept);
  std::string fresh = identity::make_secret(random);
  if (auto written = write_file(path, fresh + "\n", kPrivateMode); !written)
    return Failure{written.error()};
  return fresh;
}

FileResult write_pair(const crypto::PemPair& pair, const std::string& certificate_file,
                      const std::string& key_file) {
  if (auto written = write_file(key_file, pair.key, kPrivateMode); !written) return written;
  return write_file(certificate_file, pair.certificate, kPublicMode);
}

Result<crypto::PemPair, std::string> keep_authority(const Now& now, const std::string& ca_file,
                                                    const std::string& key_file) {
  const auto certificate = read_file(ca_file);
  const auto key = read_file(key_file);
  if (certificate && key) return crypto::PemPair{*certificate, *key};
  crypto::PemPair made = crypto::make_ca({.now = now});
  if (auto written = write_pair(made, ca_file, key_file); !written) return Failure{written.error()};
  return made;
}

}  // namespace

ServerNames server_names(const std::string& public_url) {
  ServerNames names{.dns = {"localhost"},
                    .addresses = {IpAddress::v4(127, 0, 0, 1), *IpAddress::parse("::1")}};
  const auto url = net::Url::parse(public_url);
  if (!url) return names;
  const auto address = IpAddress::parse(url->host);
  if (address && std::ranges::find(names.addresses, *address) == names.addresses.end())
    names.addresses.push_back(*address);
  if (!address && url->host != "localhost") names.dns.push_back(url->host);
  return names;
}

Result<DataFolder, std::string> DataFolder::open(const std::string& path, Random& random) {
  if (auto made = make_folder(path, kFolderMode); !made) return Failure{made.error()};
  if (auto made = make_folder(path + "/recordings", kFolderMode); !made)
    return Failure{made.error()};
  auto token = keep_admin_token(path + "/admin.token", random);
  if (!token) return Failure{token.error()};
  return DataFolder(path, std::move(*token));
}

Result<void, std::string> DataFolder::make_certificate(const Now& now,
                                                       const ServerNames& names) const {
  const auto ca = keep_authority(now, authority(), file("ca.key"));
  if (!ca) return Failure{ca.error()};
  const auto made = crypto::make_server_certificate(
      *ca, {.now = now, .dns_names = names.dns, .ip_addresses = names.addresses});
  if (!made)
    return Failure{"cannot sign a server certificate with " + authority() +
                   ": remove it and ca.key to have a new authority made"};
  return write_pair(*made, certificate(), key());
}

}  // namespace parley::server
