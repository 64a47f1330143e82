for words in "version --jsn" "version extra" "version --home" "version --home=" "version --lang fr" "version --as-of 2025" \
  "version --as-of 114/2/30" "version -x" "version --lang en --lang zh-TW" "help --completion fish" "help no such"; do
  echo "> $words" >&2
  theriac $words
  echo "status $?" >&2
done
