#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "identity/directory.hpp"
#include "model/records.hpp"
#include "server/data_folder.hpp"
#include "store/sqlite_store.hpp"
#include "store/store_reader.hpp"

namespace parley::server {

/// What a server starts from.
struct Bootstrapped {
  store::SqliteStore store;                              ///< the writer's
  store::StoreReader reader;                             ///< for a worker
  std::shared_ptr<const identity::Directory> directory;  ///< has a key that signs
  model::RecoveryRecords recovery;
  std::vector<std::string> demo_user_names{};  ///< empty without a demo tenant
};

/// Opens the store; commits a signing key when there is none, and the demo tenant when it is wanted
/// and no tenant exists, whose passwords and secrets go to `demo-users.json`.
Result<Bootstrapped, std::string> bootstrap(const DataFolder& folder, bool demo, const Now& now,
                                            Random& random);

}  // namespace parley::server
