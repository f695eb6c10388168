#pragma once

#include <string>
#include <vector>

#include "base/random.hpp"
#include "model/records.hpp"

namespace parley::identity {

/// A name under `.local` (RFC 6762), which nobody can own.
inline constexpr std::string_view kDemoDomain = "demo.parley.local";

struct DemoUser {
  std::string user_name;
  std::string display_name;
  std::string password;
};

struct DemoBot {
  std::string name;  ///< `ivr` or `echo`
  ApplicationId application_id;
  std::string secret;
};

/// What `parley serve` makes when it starts without a configuration: a tenant with alice, bob and
/// carol, and two bots with every role a bot of today can use. Passwords and secrets are told here
/// once.
struct DemoTenant {
  model::TenantRecord tenant;
  std::vector<DemoUser> users;
  std::vector<DemoBot> bots;
  model::RowChanges rows;
};

struct DemoOptions {
  UtcTime now{};
  std::string ivr_callback_uri = "http://localhost:3978/api/calls";
  std::string echo_callback_uri = "http://localhost:3979/api/calls";
};

/// Hashes three passwords, a few hundred milliseconds in all.
DemoTenant make_demo_tenant(const DemoOptions& options, Random& random);

}  // namespace parley::identity
