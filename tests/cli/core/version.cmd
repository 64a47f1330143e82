theriac version
theriac --version
theriac --lang=zh-TW version --as-of 114/2/1 -qv
SOURCE_DATE_EPOCH=soon theriac version
