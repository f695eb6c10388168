#include "calling/call_state.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace parley::calling {
namespace {

using enum CallState;

constexpr CallState kStates[] = {incoming,    establishing, ringing,           established,
                                 hold,        transferring, transfer_accepted, redirecting,
                                 terminating, terminated};

/// notifications.md, "Lawful transitions"; what is not here must not happen.
const std::map<CallState, std::set<CallState>> kLawful = {
    {incoming, {establishing, redirecting, terminated}},
    {establishing, {ringing, established, terminating, terminated}},
    {ringing, {established, terminating, terminated}},
    {established, {hold, transferring, terminating, terminated}},
    {hold, {established, terminating, terminated}},
    {transferring, {transfer_accepted, established, terminating, terminated}},
    {transfer_accepted, {established, terminated}},
    {redirecting, {terminated}},
    {terminating, {terminated}},
    {terminated, {}}};

TEST(CallStates, ChangeAsGraphsTableSays) {
  for (const CallState from : kStates)
    for (const CallState to : kStates)
      EXPECT_EQ(is_lawful(from, to), kLawful.at(from).contains(to))
          << static_cast<int>(from) << " to " << static_cast<int>(to);
}

TEST(CallStates, EndInOneStateThatNothingLeaves) {
  for (const CallState from : kStates) {
    EXPECT_EQ(is_lawful(from, terminated), from != terminated);
    EXPECT_FALSE(is_lawful(from, from));
  }
}

}  // namespace
}  // namespace parley::calling
