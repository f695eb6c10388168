#include "identity/directory.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace parley::identity {
namespace {

/// An id's bytes as an index text, after a letter that says whose id it is.
template <class Tag>
std::string id_text(char kind, const Strong<Tag, Uuid>& id) {
  return std::string(1, kind).append(as_text(id.value.bytes));
}

std::vector<std::string> index_texts(const model::TenantRecord& tenant) {
  return {lower_case(tenant.domain)};
}
std::vector<std::string> index_texts(const model::ApplicationRecord& application) {
  return {id_text('o', application.object_id), id_text('p', application.service_principal_id),
          id_text('t', application.tenant_id)};
}
std::vector<std::string> index_texts(const model::ApplicationSecretRecord& secret) {
  return {id_text('a', secret.application_id)};
}
std::vector<std::string> index_texts(const model::ApplicationCertificateRecord& certificate) {
  return {id_text('a', certificate.application_id)};
}
std::vector<std::string> index_texts(const model::GrantRecord& grant) {
  return {id_text('a', grant.application_id)};
}
std::vector<std::string> index_texts(const model::UserRecord& user) {
  return {"n" + lower_case(user.user_name), id_text('t', user.tenant_id)};
}
std::vector<std::string> index_texts(const model::RefreshTokenRecord& token) {
  return {id_text('u', token.user_id)};
}
std::vector<std::string> index_texts(const model::SigningKeyRecord&) {
  return {};
}

template <class Record>
std::vector<const Record*> all_of(const DirectoryTable<Record>& table) {
  std::vector<const Record*> found;
  for (const auto& [key, record] : table.records) found.push_back(&record);
  return found;
}

template <class Record>
void make_empty(std::shared_ptr<const DirectoryTable<Record>>& table) {
  table = std::make_shared<const DirectoryTable<Record>>();
}

template <class Record>
void order_by_creation(std::vector<const Record*>& records) {
  std::stable_sort(records.begin(), records.end(),
                   [](const Record* a, const Record* b) { return a->created < b->created; });
}

}  // namespace

template <class Record>
void DirectoryTable<Record>::put(const Record& record) {
  const auto& key = model::key_of(record);
  erase(key);
  for (std::string& text : index_texts(record)) index.emplace(std::move(text), key);
  records.emplace(key, record);
}

template <class Record>
void DirectoryTable<Record>::erase(const model::KeyOf<Record>& key) {
  const auto found = records.find(key);
  if (found == records.end()) return;
  for (const std::string& text : index_texts(found->second)) {
    const auto [begin, end] = index.equal_range(text);
    const auto entry = std::find_if(begin, end, [&](const auto& e) { return e.second == key; });
    if (entry != end) index.erase(entry);
  }
  records.erase(found);
}

template <class Record>
const Record* DirectoryTable<Record>::find(const model::KeyOf<Record>& key) const {
  const auto found = records.find(key);
  return found == records.end() ? nullptr : &found->second;
}

template <class Record>
const Record* DirectoryTable<Record>::find_indexed(std::string_view text) const {
  const auto found = index.find(text);
  return found == index.end() ? nullptr : find(found->second);
}

template <class Record>
std::vector<const Record*> DirectoryTable<Record>::all_indexed(std::string_view text) const {
  std::vector<const Record*> found;
  const auto [begin, end] = index.equal_range(text);
  for (auto entry = begin; entry != end; ++entry) found.push_back(find(entry->second));
  return found;
}

/// Copies a table at its first change and puts the copies in place at the end.
class Directory::Editor {
 public:
  explicit Editor(const Directory& before) : next_(new Directory(before)) {}

  void apply(const model::RowChange& change) {
    if (const auto* const row = std::get_if<model::Row>(&change)) {
      std::visit([this](const auto& record) { put(record); }, *row);
    } else {
      std::visit([this](const auto& gone) { erase(gone); }, std::get<model::EraseRow>(change));
    }
  }

  template <class Record>
  void put(const Record& record) {
    if constexpr (kIsMine<Record>) own<Record>().put(record);
  }

  template <class Record>
  void erase(const model::Erase<Record>& gone) {
    if constexpr (kIsMine<Record>) own<Record>().erase(gone.key);
  }

  std::shared_ptr<const Directory> finish() {
    if (std::get<Own<model::SigningKeyRecord>>(owned_) || !next_->keys_) {
      next_->keys_ =
          std::make_shared<const SigningKeys>(SigningKeys::from(next_->signing_key_records()));
    }
    return std::move(next_);
  }

 private:
  template <class Record>
  using Own = std::shared_ptr<DirectoryTable<Record>>;
  template <class Record>
  static constexpr bool kIsMine = requires(const Record& record) {
    index_texts(record);
  };

  template <class Record>
  DirectoryTable<Record>& own() {
    auto& mine = std::get<Own<Record>>(owned_);
    auto& shared = std::get<Shared<Record>>(next_->tables_);
    if (!mine) {
      mine = std::make_shared<DirectoryTable<Record>>(*shared);
      shared = mine;
    }
    return *mine;
  }

  std::shared_ptr<Directory> next_;
  std::tuple<Own<model::TenantRecord>, Own<model::ApplicationRecord>,
             Own<model::ApplicationSecretRecord>, Own<model::ApplicationCertificateRecord>,
             Own<model::GrantRecord>, Own<model::UserRecord>, Own<model::RefreshTokenRecord>,
             Own<model::SigningKeyRecord>>
      owned_;
};

std::shared_ptr<const Directory> Directory::from(const model::DirectoryRecords& records) {
  Directory empty;
  std::apply([](auto&... tables) { (make_empty(tables), ...); }, empty.tables_);
  Editor editor(empty);
  const auto put_all = [&](const auto& list) {
    for (const auto& record : list) editor.put(record);
  };
  put_all(records.tenants);
  put_all(records.applications);
  put_all(records.secrets);
  put_all(records.certificates);
  put_all(records.grants);
  put_all(records.users);
  put_all(records.refresh_tokens);
  put_all(records.signing_keys);
  return editor.finish();
}

std::shared_ptr<const Directory> Directory::with(std::span<const model::RowChange> changes) const {
  Editor editor(*this);
  for (const model::RowChange& change : changes) editor.apply(change);
  return editor.finish();
}

const model::TenantRecord* Directory::tenant(TenantId id) const {
  return table<model::TenantRecord>().find(id);
}

const model::TenantRecord* Directory::tenant_named(std::string_view id_or_domain) const {
  if (const std::optional<Uuid> id = Uuid::parse(id_or_domain)) return tenant(TenantId{*id});
  return table<model::TenantRecord>().find_indexed(lower_case(id_or_domain));
}

const model::ApplicationRecord* Directory::application(ApplicationId id) const {
  return table<model::ApplicationRecord>().find(id);
}

const model::ApplicationRecord* Directory::application_with_object(model::ObjectId id) const {
  return table<model::ApplicationRecord>().find_indexed(id_text('o', id));
}

const model::ApplicationRecord* Directory::application_with_principal(
    model::ServicePrincipalId id) const {
  return table<model::ApplicationRecord>().find_indexed(id_text('p', id));
}

const model::UserRecord* Directory::user(UserId id) const {
  return table<model::UserRecord>().find(id);
}

const model::UserRecord* Directory::user_named(std::string_view user_name) const {
  return table<model::UserRecord>().find_indexed("n" + lower_case(user_name));
}

const model::GrantRecord* Directory::grant(model::GrantId id) const {
  return table<model::GrantRecord>().find(id);
}

const model::RefreshTokenRecord* Directory::refresh_token(const Bytes& sha256) const {
  return table<model::RefreshTokenRecord>().find(sha256);
}

const model::ApplicationSecretRecord* Directory::secret(model::CredentialId id) const {
  return table<model::ApplicationSecretRecord>().find(id);
}

const model::ApplicationCertificateRecord* Directory::certificate(model::CredentialId id) const {
  return table<model::ApplicationCertificateRecord>().find(id);
}

std::vector<const model::TenantRecord*> Directory::tenants() const {
  auto found = all_of(table<model::TenantRecord>());
  order_by_creation(found);
  return found;
}

std::vector<const model::ApplicationRecord*> Directory::applications_of(TenantId tenant) const {
  auto found = table<model::ApplicationRecord>().all_indexed(id_text('t', tenant));
  order_by_creation(found);
  return found;
}

std::vector<const model::UserRecord*> Directory::users_of(TenantId tenant) const {
  auto found = table<model::UserRecord>().all_indexed(id_text('t', tenant));
  order_by_creation(found);
  return found;
}

std::vector<const model::ApplicationSecretRecord*> Directory::secrets_of(
    ApplicationId application) const {
  return table<model::ApplicationSecretRecord>().all_indexed(id_text('a', application));
}

std::vector<const model::ApplicationCertificateRecord*> Directory::certificates_of(
    ApplicationId application) const {
  return table<model::ApplicationCertificateRecord>().all_indexed(id_text('a', application));
}

std::vector<const model::GrantRecord*> Directory::grants_of(ApplicationId application) const {
  return table<model::GrantRecord>().all_indexed(id_text('a', application));
}

std::vector<const model::RefreshTokenRecord*> Directory::refresh_tokens_of(UserId user) const {
  auto found = table<model::RefreshTokenRecord>().all_indexed(id_text('u', user));
  std::stable_sort(found.begin(), found.end(),
                   [](const auto* a, const auto* b) { return a->expires < b->expires; });
  return found;
}

std::vector<model::SigningKeyRecord> Directory::signing_key_records() const {
  std::vector<model::SigningKeyRecord> records;
  for (const auto& [kid, record] : table<model::SigningKeyRecord>().records) {
    records.push_back(record);
  }
  return records;
}

RoleSet Directory::roles(TenantId tenant, ApplicationId application) const {
  RoleSet roles;
  for (const model::GrantRecord* const grant : grants_of(application)) {
    const std::optional<Role> role = role_named(grant->role);
    if (role && grant->tenant_id == tenant) roles.insert(*role);
  }
  return roles;
}

bool Directory::is_known_in(TenantId tenant, const model::ApplicationRecord& application) const {
  if (application.tenant_id == tenant) return true;
  const auto grants = grants_of(application.application_id);
  return std::any_of(grants.begin(), grants.end(),
                     [&](const auto* grant) { return grant->tenant_id == tenant; });
}

}  // namespace parley::identity
