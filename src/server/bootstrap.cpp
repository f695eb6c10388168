#include "server/bootstrap.hpp"

#include <algorithm>

#include "identity/demo_tenant.hpp"
#include "model/json.hpp"
#include "server/file_io.hpp"

namespace parley::server {
namespace {

using model::Json;

/// `[{"userName":…,"displayName":…,"password":…},…]`
std::string demo_users_text(const identity::DemoTenant& demo) {
  boost::json::array users;
  for (const identity::DemoUser& user : demo.users)
    users.push_back(boost::json::object{{"userName", user.user_name},
                                        {"displayName", user.display_name},
                                        {"password", user.password}});
  return model::write_json(Json(std::move(users))) + "\n";
}

/// `{"tenant":…,"bots":[{"name":…,"applicationId":…,"secret":…},…]}`
std::string demo_bots_text(const identity::DemoTenant& demo) {
  boost::json::array bots;
  for (const identity::DemoBot& bot : demo.bots)
    bots.push_back(boost::json::object{{"name", bot.name},
                                       {"applicationId", to_text(bot.application_id)},
                                       {"secret", bot.secret}});
  return model::write_json(
             Json(boost::json::object{{"tenant", to_text(demo.tenant.id)}, {"bots", bots}})) +
         "\n";
}

/// The files come first: a tenant whose passwords nobody was told would be of no use.
Result<void, std::string> make_demo(const DataFolder& folder, const Now& now, Random& random,
                                    store::SqliteStore& store) {
  const identity::DemoTenant demo = identity::make_demo_tenant({.now = now.utc}, random);
  if (auto kept = write_file(folder.demo_users(), demo_users_text(demo), kPrivateMode); !kept)
    return kept;
  if (auto kept = write_file(folder.file("demo-bots.json"), demo_bots_text(demo), kPrivateMode);
      !kept)
    return kept;
  if (auto kept = store.commit(std::span<const model::RowChange>(demo.rows)); !kept)
    return Failure{kept.error().text};
  return {};
}

Result<void, std::string> make_what_is_missing(const DataFolder& folder, bool demo, const Now& now,
                                               Random& random, store::SqliteStore& store,
                                               const identity::Directory& found) {
  if (!found.keys().active(now.utc)) {
    const model::RowChanges rows = {model::Row(identity::make_signing_key(now.utc))};
    if (auto kept = store.commit(std::span<const model::RowChange>(rows)); !kept)
      return Failure{kept.error().text};
  }
  if (demo && found.tenants().empty()) return make_demo(folder, now, random, store);
  return {};
}

std::vector<std::string> demo_names(const identity::Directory& directory) {
  const model::TenantRecord* tenant = directory.tenant_named(identity::kDemoDomain);
  std::vector<std::string> names;
  if (!tenant) return names;
  for (const model::UserRecord* user : directory.users_of(tenant->id))
    names.push_back(user->user_name);
  std::ranges::sort(names);
  return names;
}

}  // namespace

Result<Bootstrapped, std::string> bootstrap(const DataFolder& folder, bool demo, const Now& now,
                                            Random& random) {
  auto store = store::SqliteStore::open({.path = folder.database()});
  if (!store) return Failure{store.error().text};
  auto reader = store::StoreReader::open(folder.database());
  if (!reader) return Failure{reader.error().text};
  const auto found = reader->directory();
  if (!found) return Failure{found.error().text};
  if (auto made = make_what_is_missing(folder, demo, now, random, *store,
                                       *identity::Directory::from(*found));
      !made)
    return Failure{made.error()};
  const auto records = reader->directory();
  if (!records) return Failure{records.error().text};
  auto recovery = reader->recovery();
  if (!recovery) return Failure{recovery.error().text};
  auto directory = identity::Directory::from(*records);
  std::vector<std::string> names;
  if (demo) names = demo_names(*directory);
  return Bootstrapped{std::move(*store), std::move(*reader), std::move(directory),
                      std::move(*recovery), std::move(names)};
}

}  // namespace parley::server
