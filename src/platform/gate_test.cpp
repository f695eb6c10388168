#include "platform/gate.hpp"

#include <gtest/gtest.h>

namespace parley::platform {
namespace {

HeldEffect answer(std::uint8_t number) {
  HttpAnswer answer;
  answer.request.value.bytes[0] = number;
  return answer;
}

std::vector<int> numbers(const std::vector<HeldEffect>& effects) {
  std::vector<int> found;
  for (const HeldEffect& effect : effects)
    found.push_back(std::get<HttpAnswer>(effect).request.value.bytes[0]);
  return found;
}

TEST(Gate, HoldsEffectsUntilTheirRowsAreKept) {
  Gate gate;
  gate.add(BatchId{1}, {answer(1)});
  EXPECT_TRUE(gate.release().empty());
  gate.committed(BatchId{1});
  EXPECT_EQ(numbers(gate.release()), (std::vector{1}));
  EXPECT_TRUE(gate.empty());
}

TEST(Gate, KeepsTheOrderAcrossBatches) {
  Gate gate;
  gate.add(BatchId{1}, {answer(1)});
  gate.add(std::nullopt, {answer(2)});
  gate.add(BatchId{3}, {answer(3)});
  gate.committed(BatchId{3});
  EXPECT_TRUE(gate.release().empty());
  gate.committed(BatchId{1});
  EXPECT_EQ(numbers(gate.release()), (std::vector{1, 2, 3}));
}

TEST(Gate, GivesALostBatchUpAndLetsTheOthersGoOn) {
  Gate gate;
  gate.add(BatchId{1}, {answer(1)});
  gate.add(BatchId{2}, {answer(2)});
  gate.add(BatchId{3}, {answer(3)});
  gate.committed(BatchId{3});
  EXPECT_EQ(numbers(gate.lose(BatchId{2})), (std::vector{2}));
  EXPECT_TRUE(gate.lose(BatchId{2}).empty());
  EXPECT_TRUE(gate.release().empty());
  gate.committed(BatchId{1});
  EXPECT_EQ(numbers(gate.release()), (std::vector{1, 3}));
}

}  // namespace
}  // namespace parley::platform
