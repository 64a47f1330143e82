#include <stdio.h>

int main(void) {
  puts("theriac");
  return 0;
}
