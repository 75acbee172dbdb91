SELECT public /* a */ . -- b
  customers . id FROM public
.
 customers
