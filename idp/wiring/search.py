"""Finding people, and counting what happens: what the stream of changes keeps for admins."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.stores.people import PeopleStores

if TYPE_CHECKING:
    from idp.services.search.holder_search import HolderSearch
    from idp.services.search.people_search import PeopleSearch
    from idp.services.search.rebuild import SearchRebuild
    from idp.services.search.row_consumer import SearchRowConsumer
    from idp.services.search.row_writer import SearchRowWriter
    from idp.services.statistics.counting import StatisticsConsumer
    from idp.services.statistics.statistics import Statistics
    from idp.store.statistics import StatisticsStore


class SearchServices(PeopleStores):
    """The rows by which people are found, and the numbers of each hour."""

    @cached_property
    def people_search(self) -> PeopleSearch:
        from idp.services.search.people_search import PeopleSearch

        return PeopleSearch(self.search_rows, self.users, self.clock)

    @cached_property
    def holder_search(self) -> HolderSearch:
        from idp.services.search.holder_search import HolderSearch

        return HolderSearch(self.search_rows, self.users, self.clock)

    @cached_property
    def search_row_writer(self) -> SearchRowWriter:
        from idp.services.search.row_writer import SearchRowWriter

        return SearchRowWriter(self.search_rows, self.users)

    @cached_property
    def search_row_consumer(self) -> SearchRowConsumer:
        from idp.services.search.row_consumer import SearchRowConsumer

        return SearchRowConsumer(self.search_rows, self.search_row_writer)

    @cached_property
    def search_rebuild(self) -> SearchRebuild:
        from idp.services.search.rebuild import SearchRebuild

        return SearchRebuild(self.database, self.search_rows, self.search_row_writer, self.users, self.clock)

    @cached_property
    def statistics_store(self) -> StatisticsStore:
        from idp.store.statistics import StatisticsStore

        return StatisticsStore(self.database)

    @cached_property
    def statistics_consumer(self) -> StatisticsConsumer:
        from idp.services.statistics.counting import StatisticsConsumer

        return StatisticsConsumer(self.statistics_store, self.clock)

    @cached_property
    def statistics(self) -> Statistics:
        from idp.services.statistics.statistics import Statistics

        return Statistics(self.statistics_store, self.clock)
