#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "identity/roles.hpp"
#include "identity/signing_keys.hpp"
#include "model/records.hpp"

namespace parley::identity {

/// What Graph calls the service principal of Microsoft Graph itself: the `resourceId` of an app
/// role assignment. Ours has this id in every tenant; its `appId` is the well-known one.
inline constexpr std::string_view kGraphServicePrincipalId = "3f6b2f0e-5d0a-4b5e-9c36-0a2d6f1c7e11";
inline constexpr std::string_view kGraphApplicationId = "00000003-0000-0000-c000-000000000000";

/// One table of the directory: the records by key, and by other texts that must find them.
template <class Record>
struct DirectoryTable {
  std::map<model::KeyOf<Record>, Record> records;
  std::multimap<std::string, model::KeyOf<Record>, std::less<>> index;

  void put(const Record& record);
  void erase(const model::KeyOf<Record>& key);
  const Record* find(const model::KeyOf<Record>& key) const;
  const Record* find_indexed(std::string_view text) const;
  std::vector<const Record*> all_indexed(std::string_view text) const;
};

/// An immutable snapshot of who exists and what they may do. Every thread reads one; a change makes
/// another, which shares the tables that did not change. Pointers into it live as long as it does.
class Directory {
 public:
  static std::shared_ptr<const Directory> from(const model::DirectoryRecords& records);
  /// This directory after `changes`; records of calls among them are passed over.
  std::shared_ptr<const Directory> with(std::span<const model::RowChange> changes) const;

  // Each answers nullptr when there is no such record.
  const model::TenantRecord* tenant(TenantId id) const;
  /// By id or by domain, in any case: the `{tenant}` of a token URL.
  const model::TenantRecord* tenant_named(std::string_view id_or_domain) const;
  const model::ApplicationRecord* application(ApplicationId id) const;
  const model::ApplicationRecord* application_with_object(model::ObjectId id) const;
  const model::ApplicationRecord* application_with_principal(model::ServicePrincipalId id) const;
  const model::UserRecord* user(UserId id) const;
  /// By userPrincipalName, in any case. Names are unique in the whole directory: they hold a
  /// domain.
  const model::UserRecord* user_named(std::string_view user_name) const;
  const model::GrantRecord* grant(model::GrantId id) const;
  const model::RefreshTokenRecord* refresh_token(const Bytes& sha256) const;
  const model::ApplicationSecretRecord* secret(model::CredentialId id) const;
  const model::ApplicationCertificateRecord* certificate(model::CredentialId id) const;

  std::vector<const model::TenantRecord*> tenants() const;
  std::vector<const model::ApplicationRecord*> applications_of(TenantId tenant) const;
  std::vector<const model::UserRecord*> users_of(TenantId tenant) const;
  std::vector<const model::ApplicationSecretRecord*> secrets_of(ApplicationId application) const;
  std::vector<const model::ApplicationCertificateRecord*> certificates_of(
      ApplicationId application) const;
  std::vector<const model::GrantRecord*> grants_of(ApplicationId application) const;
  /// By expiry, the next to expire first.
  std::vector<const model::RefreshTokenRecord*> refresh_tokens_of(UserId user) const;
  std::vector<model::SigningKeyRecord> signing_key_records() const;

  /// What the application may do in that tenant, now.
  RoleSet roles(TenantId tenant, ApplicationId application) const;
  /// True when the application lives in the tenant or has a grant there.
  bool is_known_in(TenantId tenant, const model::ApplicationRecord& application) const;

  const SigningKeys& keys() const { return *keys_; }

 private:
  template <class Record>
  using Shared = std::shared_ptr<const DirectoryTable<Record>>;
  using Tables = std::tuple<Shared<model::TenantRecord>, Shared<model::ApplicationRecord>,
                            Shared<model::ApplicationSecretRecord>,
                            Shared<model::ApplicationCertificateRecord>, Shared<model::GrantRecord>,
                            Shared<model::UserRecord>, Shared<model::RefreshTokenRecord>,
                            Shared<model::SigningKeyRecord>>;
  class Editor;

  Directory() = default;
  template <class Record>
  const DirectoryTable<Record>& table() const {
    return *std::get<Shared<Record>>(tables_);
  }

  Tables tables_;
  std::shared_ptr<const SigningKeys> keys_;
};

}  // namespace parley::identity
