SET search_path TO decoy, public; SET LOCAL statement_timeout = 0; SET TIME ZONE 'UTC'; SET NAMES 'UTF8'; SET Standard_Conforming_Strings = off
