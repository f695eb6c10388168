#include "server/loop_thread.hpp"

#include <gtest/gtest.h>

namespace parley::server {
namespace {

TEST(LoopThread, EndsWhereItIsStoppedBeforeItRan) {
  for (int i = 0; i < 200; ++i) {
    LoopThread thread;
    thread.start();
  }
}

}  // namespace
}  // namespace parley::server
