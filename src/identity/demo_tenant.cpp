#include "identity/demo_tenant.hpp"

#include <array>

#include "identity/directory_admin.hpp"
#include "identity/password.hpp"
#include "identity/secrets.hpp"

namespace parley::identity {
namespace {

constexpr std::size_t kPasswordLength = 16;
constexpr std::array kBotRoles = {
    Role::calls_initiate_all,        Role::calls_initiate_group_call_all,
    Role::calls_join_group_call_all, Role::calls_join_group_call_as_guest_all,
    Role::calls_access_media_all,    Role::online_meetings_read_write_all,
};

/// Makes the tenant by the same functions that administration uses, one change after another.
class DemoMaker {
 public:
  DemoMaker(const DemoOptions& options, Random& random)
      : options_(options), random_(random), directory_(Directory::from({})) {}

  DemoTenant make() {
    demo_.tenant = keep(
        create_tenant(context(), {.domain = std::string(kDemoDomain), .display_name = "Demo"}));
    add_user("alice", "Alice");
    add_user("bob", "Bob");
    add_user("carol", "Carol");
    add_bot("ivr", options_.ivr_callback_uri);
    add_bot("echo", options_.echo_callback_uri);
    return std::move(demo_);
  }

 private:
  AdminContext context() { return {*directory_, options_.now, random_}; }

  void keep_rows(const model::RowChanges& rows) {
    directory_ = directory_->with(rows);
    demo_.rows.insert(demo_.rows.end(), rows.begin(), rows.end());
  }

  template <class Record>
  Record keep(AdminResult<Created<Record>> made) {
    keep_rows(made->rows);
    return made->record;
  }

  void add_user(const std::string& name, const std::string& display_name) {
    const std::string password = make_secret(random_).substr(0, kPasswordLength);
    const auto user =
        keep(create_user(context(), {.tenant = demo_.tenant.id,
                                     .user_name = name + "@" + demo_.tenant.domain,
                                     .display_name = display_name,
                                     .password_hash = hash_password(password, random_)}));
    demo_.users.push_back({user.user_name, user.display_name, password});
  }

  void add_bot(const std::string& name, const std::string& callback_uri) {
    const auto bot = keep(create_application(
        context(), {.tenant = demo_.tenant.id,
                    .display_name = name,
                    .calling = CallingRegistration{.callback_uri = callback_uri}}));
    AdminResult<CreatedSecret> secret =
        add_secret(context(), {.application = bot.application_id, .display_name = "demo"});
    keep_rows(secret->rows);
    for (const Role role : kBotRoles) {
      keep(grant_role(context(),
                      {demo_.tenant.id, bot.application_id, std::string(role_name(role))}));
    }
    demo_.bots.push_back({name, bot.application_id, secret->secret});
  }

  const DemoOptions& options_;
  Random& random_;
  std::shared_ptr<const Directory> directory_;
  DemoTenant demo_;
};

}  // namespace

DemoTenant make_demo_tenant(const DemoOptions& options, Random& random) {
  return DemoMaker(options, random).make();
}

}  // namespace parley::identity
