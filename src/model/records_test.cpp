#include <algorithm>

#include "model/records.hpp"

namespace parley::model {
namespace {

template <class... Records>
std::vector<std::string> tables(const std::variant<Records...>*) {
  return {Records::kTable...};
}

TEST(Records, EveryRowHasItsOwnTable) {
  std::vector<std::string> names = tables(static_cast<const Row*>(nullptr));
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(Records, ColumnsFollowTheDescription) {
  GrantRecord grant;
  grant.role = "Calls.Initiate.All";
  std::vector<std::string> names;
  for_each_column(grant, [&](std::string_view name, auto&) { names.emplace_back(name); });
  EXPECT_EQ(names,
            (std::vector<std::string>{"id", "tenant_id", "application_id", "role", "created"}));
}

TEST(Records, TheKeyIsTheFirstColumn) {
  SigningKeyRecord key;
  key.kid = "k1";
  EXPECT_EQ(key_of(key), "k1");
  EXPECT_EQ(&key_of(key), &key.kid);
}

TEST(Records, EnumeratorsHaveNames) {
  EXPECT_EQ(enumerator_name(NotificationStatus::set_aside), "set_aside");
  EXPECT_EQ(enumerator_named<NotificationStatus>("taken"), NotificationStatus::taken);
  EXPECT_EQ(enumerator_named<NotificationStatus>("Taken"), std::nullopt);
}

}  // namespace
}  // namespace parley::model
