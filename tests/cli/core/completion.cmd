# needs: bash
theriac help --completion bash > completion.bash
bash -n completion.bash && bash -c '
  source ./completion.bash
  ask() { COMP_WORDS=(theriac "$@"); COMP_CWORD=$#; COMPREPLY=(); _theriac; printf "%s\n" "${COMPREPLY[@]}" | sort; echo --; }
  ask vers
  ask version --js
  ask version --lang ""
  ask help --ma
  ask stat tab
'
