#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <sstream>

namespace parley::cli {
namespace {

const std::string kAppHelp = "An application id, or its name";

/// Where each verb's words go while they are read; the verb that was given moves its own out.
class Parser {
 public:
  Parser() {
    app_.require_subcommand(1);
    app_.footer(
        "The administrator's verbs read admin.token and ca.pem in the server's data folder.");
    add_serve();
    add_app();
    add_user();
    add_tenant();
    add_webhook();
    add_call();
  }

  std::variant<Command, CommandLineEnd> parse(int argc, const char* const* argv) {
    std::ostringstream out;
    std::ostringstream err;
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      const int status = app_.exit(error, out, err);
      return CommandLineEnd{status, out.str(), err.str()};
    }
    return std::move(command_);
  }

 private:
  /// A verb whose arguments are an `Arguments`; they live as long as the parser.
  template <class Arguments>
  std::pair<CLI::App*, Arguments*> verb(CLI::App& parent, const std::string& name,
                                        const std::string& help) {
    CLI::App* const app = parent.add_subcommand(name, help);
    auto arguments = std::make_shared<Arguments>();
    app->callback([this, app, arguments] {
      if (app->get_subcommands().empty()) command_ = *arguments;
    });
    return {app, arguments.get()};
  }

  template <class Arguments>
  std::pair<CLI::App*, Arguments*> admin_verb(CLI::App& parent, const std::string& name,
                                              const std::string& help) {
    auto made = verb<Arguments>(parent, name, help);
    add_connection(*made.first, made.second->connection);
    return made;
  }

  static void add_connection(CLI::App& app, ConnectionArguments& connection) {
    const char* const kGroup = "Which server";
    app.add_option("--url", connection.url, std::string("Of the server; ") + kDefaultUrl)
        ->group(kGroup);
    app.add_option("--data-dir", connection.data_dir,
                   std::string("Where it keeps admin.token and ca.pem; ") + kDefaultDataDir)
        ->group(kGroup);
    app.add_option("--config", connection.config, "The server's configuration, for both")
        ->group(kGroup);
    app.add_option("--tenant", connection.tenant, "An id or domain, where there are several")
        ->group(kGroup);
  }

  CLI::App& group(const std::string& name, const std::string& help) {
    CLI::App* const app = app_.add_subcommand(name, help);
    app->require_subcommand(1);
    return *app;
  }

  void add_serve() {
    CLI::App* const serve =
        app_.add_subcommand("serve", "Run the platform; see parley serve --help");
    serve->set_help_flag();
    serve->prefix_command();
    serve->callback([this, serve] { command_ = ServeArguments{serve->remaining()}; });
  }

  void add_app() {
    CLI::App& app = group("app", "Applications: bots, their webhooks, secrets and roles");
    add_app_create(app);
    admin_verb<AppList>(app, "list", "All applications of a tenant");
    admin_verb<AppRoles>(app, "roles", "All roles that can be granted");
    add_app_named<AppShow>(app, "show", "One application with its roles and credentials");
    add_app_named<AppSecret>(app, "secret", "Make another secret, shown this once");
    add_app_named<AppRemove>(app, "remove", "Remove it with its secrets and roles");
    auto grant = add_app_named<AppGrant>(app, "grant", "Grant roles");
    grant.first->add_option("ROLE", grant.second->roles, "E.g. Calls.Initiate.All")->required();
    auto revoke = add_app_named<AppRevoke>(app, "revoke", "Take roles away");
    revoke.first->add_option("ROLE", revoke.second->roles, "E.g. Calls.Initiate.All")->required();
    auto webhook = add_app_named<AppWebhook>(app, "webhook", "Change where calls are told");
    webhook.first->add_option("URL", webhook.second->webhook, "Of the bot")->required();
    add_dialect(*webhook.first, webhook.second->dialect);
    auto key = add_app_named<AppCertificate>(app, "certificate", "Let it sign in by certificate");
    key.first->add_option("FILE", key.second->certificate, "PEM or DER, RSA")->required();
    add_app_credential<AppRemoveSecret>(app, "remove-secret", "Refuse a secret from now on");
    add_app_credential<AppRemoveCertificate>(app, "remove-certificate",
                                             "Refuse a certificate from now on");
  }

  static void add_app_create(CLI::App& app, AppCreate& arguments) {
    app.add_option("NAME,--name", arguments.name, "Shown to those who are called")->required();
    app.add_option("--webhook", arguments.webhook, "URL where incoming calls are told");
    app.add_option("--grant,--role", arguments.roles, "A role; may be given several times")
        ->allow_extra_args(false);
    app.add_option("--certificate", arguments.certificate, "To sign in with: PEM or DER, RSA");
    add_dialect(app, arguments.dialect);
  }
  void add_app_create(CLI::App& app) {
    auto [create, arguments] =
        admin_verb<AppCreate>(app, "create", "Register a bot; prints its environment");
    add_app_create(*create, *arguments);
  }

  template <class Arguments>
  std::pair<CLI::App*, Arguments*> add_app_named(CLI::App& app, const std::string& name,
                                                 const std::string& help) {
    auto made = admin_verb<Arguments>(app, name, help);
    made.first->add_option("APP", made.second->app, kAppHelp)->required();
    return made;
  }

  template <class Arguments>
  void add_app_credential(CLI::App& app, const std::string& name, const std::string& help) {
    auto made = add_app_named<Arguments>(app, name, help);
    made.first->add_option("KEYID", made.second->key_id, "As parley app show prints it")
        ->required();
  }

  static void add_dialect(CLI::App& app, std::string& dialect) {
    app.add_option("--dialect", dialect, "Of what is told to the webhook; v1.0")
        ->check(CLI::IsMember({"v1.0", "beta", "2019"}, CLI::ignore_case));
  }

  void add_user() {
    CLI::App& user = group("user", "Users: people who call and are called");
    auto create = admin_verb<UserCreate>(user, "create", "Make a user; prints the password");
    create.first->add_option("NAME", create.second->name, "Before the @, or whole")->required();
    create.first->add_option("--display-name", create.second->display_name, "Shown to others");
    create.first->add_flag("--password-stdin", create.second->password_from_stdin,
                           "Read the password from standard input");
    admin_verb<UserList>(user, "list", "All users of a tenant");
    auto remove = admin_verb<UserRemove>(user, "remove", "Remove a user");
    remove.first->add_option("NAME", remove.second->name, "Before the @, or whole")->required();
  }

  void add_tenant() {
    CLI::App& tenant = group("tenant", "Tenants: organizations apart from one another");
    auto create = admin_verb<TenantCreate>(tenant, "create", "Make a tenant");
    create.first->add_option("DOMAIN", create.second->domain, "E.g. example.org")->required();
    create.first->add_option("--display-name", create.second->display_name, "Of the organization");
    admin_verb<TenantList>(tenant, "list", "All tenants");
  }

  void add_webhook() {
    CLI::App& webhook = group("webhook", "Notifications that no bot took, set aside for you");
    auto list = admin_verb<WebhookList>(webhook, "list", "The oldest first");
    list.first->add_option("--limit", list.second->limit, "At most so many; 100")
        ->check(CLI::Range(1, 1000));
    add_settling<WebhookReplay>(webhook, "replay", "Tell them again, each call's in their order");
    add_settling<WebhookDiscard>(webhook, "discard", "Forget them");
  }

  template <class Arguments>
  void add_settling(CLI::App& webhook, const std::string& name, const std::string& help) {
    auto [verb, arguments] = admin_verb<Arguments>(webhook, name, help);
    auto* const ids = verb->add_option("ID", arguments->notifications, "As list shows it");
    auto* const all = verb->add_flag("--all", arguments->all, "All that are set aside");
    ids->excludes(all);
    verb->parse_complete_callback([arguments = arguments] {
      if (!arguments->all && arguments->notifications.empty())
        throw CLI::RequiredError("ID, or --all,");
    });
  }

  void add_call() {
    auto [call, arguments] = admin_verb<CallArguments>(
        app_, "call", "Call, or be called, as a user; exits with 0 when all expectations were met");
    call->require_subcommand(0, 1);
    call->add_option("--from", arguments->from, "Who calls: alice, or alice@example.org");
    call->add_option("--to", arguments->to,
                     "Whom: a bot's name or id; without it, waits to be called");
    call->add_option("--play", arguments->play, "A WAV file (mono, 16 bit) to say");
    call->add_option("--play-after", arguments->play_after_s,
                     "Seconds from the answer to its beginning; 0")
        ->check(CLI::Range(0.0, 300.0));
    call->add_flag("--loop", arguments->loop, "Say it again and again, pause and all");
    call->add_option("--dtmf", arguments->dtmf, "Keys to press: `w500 1 w200 #`");
    call->add_option("--record", arguments->record, "The WAV file to write what is heard to");
    call->add_option("--expect", arguments->expects,
                     "heard:FILE, unheard:FILE, silence, answered, ended:CODE[/SUBCODE]; may be "
                     "given several times")
        ->allow_extra_args(false);
    call->add_option("--duration", arguments->duration_s,
                     "Seconds from the answer to hanging up; 30")
        ->check(CLI::Range(0.0, 3600.0));
    call->add_flag("--password-stdin", arguments->password_from_stdin,
                   "Read the caller's password from standard input");
    auto show = admin_verb<CallShow>(*call, "show", "What is kept of a call");
    show.first->add_option("ID", show.second->call, "As notifications carry it")->required();
    call->parse_complete_callback([call = call, arguments = arguments] {
      if (call->get_subcommands().empty() && arguments->from.empty())
        throw CLI::RequiredError("--from");
    });
  }

  CLI::App app_{"Parley: a calling platform that speaks the Microsoft Graph calls API", "parley"};
  Command command_;
};

}  // namespace

std::variant<Command, CommandLineEnd> parse_command_line(int argc, const char* const* argv) {
  return Parser().parse(argc, argv);
}

}  // namespace parley::cli
